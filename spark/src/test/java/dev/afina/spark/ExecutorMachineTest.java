package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorMachineTest {
  @ParameterizedTest
  @CsvSource({
    // What Spark starts an executor with counts, whatever the settings are.
    "yarn, , org.apache.spark.executor.YarnCoarseGrainedExecutorBackend --cores 3 --app-id a, 3",
    "yarn, 4, org.apache.spark.executor.YarnCoarseGrainedExecutorBackend --cores 3 --app-id a, 3",
    "spark://h:7077, , org.apache.spark.executor.CoarseGrainedExecutorBackend --cores 2, 2",
    "spark://h:7077, , org.apache.spark.executor.CoarseGrainedExecutorBackend --cores 99, 16",
    // Spark's defaults.
    "yarn, , , 1",
    "yarn, 4, , 4",
    "k8s://https://h:443, , org.apache.spark.deploy.SparkSubmit --cores 3, 1",
    "k8s://https://h:443, 5, , 5",
    "spark://h:7077, , , 16",
    "spark://h:7077, 2, , 2",
    "local, , , 1",
    "local[*], 2, , 16",
    "local[6], , , 6",
    "'local[6, 3]', , , 6",
  })
  void cores_areThoseThatSparkCountsOn(String master, Integer setting, String command, int cores) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (setting != null) {
      conf.set("spark.executor.cores", setting.toString());
    }
    assertThat(ExecutorMachine.cores(conf, command == null ? "" : command, 16)).isEqualTo(cores);
  }
}
