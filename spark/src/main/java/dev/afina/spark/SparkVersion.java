package dev.afina.spark;

/** Checks the versions of Spark and Scala. */
final class SparkVersion {
  private SparkVersion() {}

  /**
   * Checks that the running versions are supported, before a missing class causes an obscure
   * failure.
   *
   * @throws IllegalStateException if they are not; the message names the versions found
   */
  static void check() {
    check(org.apache.spark.package$.MODULE$.SPARK_VERSION(), scalaVersion());
  }

  static void check(String spark, String scala) {
    String[] parts = spark.split("\\.", 3);
    boolean recent =
        parts.length > 1
            && (Integer.parseInt(parts[0]) > 3
                || (parts[0].equals("3") && Integer.parseInt(parts[1]) >= 5));
    if (!recent || !scala.startsWith("2.13")) {
      throw new IllegalStateException(
          "afina-spark: needs Spark 3.5 or newer for Scala 2.13, found Spark %s for Scala %s"
              .formatted(spark, scala));
    }
  }

  private static String scalaVersion() {
    return scala.util.Properties.versionNumberString();
  }
}
