package dev.afina.spark;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/**
 * The settings of Hadoop that a program has made by {@code sparkContext.hadoopConfiguration()}.
 * Executors do not know them otherwise; those of {@code spark.hadoop.…} they have by themselves.
 */
record HadoopSettings(TreeMap<String, String> values) implements Serializable {
  static final HadoopSettings NONE = new HadoopSettings(new TreeMap<>());

  /** Those of this driver's program; none on an executor. */
  static HadoopSettings ofProgram() {
    var session = SparkSession.getDefaultSession();
    if (session.isEmpty()) {
      return NONE;
    }
    SparkContext context = session.get().sparkContext();
    Configuration known = SparkHadoopUtil.get().newConfiguration(context.getConf());
    TreeMap<String, String> values = new TreeMap<>();
    for (Map.Entry<String, String> setting : context.hadoopConfiguration()) {
      if (!setting.getValue().equals(known.getRaw(setting.getKey()))) {
        values.put(setting.getKey(), setting.getValue());
      }
    }
    return new HadoopSettings(values);
  }

  /** Hadoop's configuration on this machine with these settings. */
  Configuration configuration() {
    SparkEnv environment = SparkEnv.get();
    Configuration all =
        environment == null
            ? new Configuration()
            : SparkHadoopUtil.get().newConfiguration(environment.conf());
    values.forEach(all::set);
    return all;
  }

  /** Without the values, among which may be keys. */
  @Override
  public String toString() {
    return "HadoopSettings" + values.keySet();
  }
}
