package dev.afina.spark;

import org.apache.spark.sql.SparkSession;

/** Spark within this process. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession start(int cores) {
    return SparkSession.builder()
        .master("local[" + cores + "]")
        .appName("afina")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.heartbeatInterval", "2s") // brings what the driver is told
        .config("spark.hadoop.fs.else.impl", ElsewhereFileSystem.class.getName())
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config(
            "spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/afina-warehouse")
        .getOrCreate();
  }
}
