package dev.afina.spark;

/** Checks the versions of Spark, Scala and Gson. */
final class SparkVersion {
  private SparkVersion() {}

  /**
   * Checks that the running versions are supported, before a missing class causes an obscure
   * failure.
   *
   * @throws IllegalStateException if they are not; the message names what was found
   */
  static void check() {
    check(org.apache.spark.package$.MODULE$.SPARK_VERSION(), scalaVersion());
    GsonVersion.check();
  }

  static void check(String spark, String scala) {
    boolean recent = Integer.parseInt(spark.split("\\.", 2)[0]) >= 4; // 3.5 has Gson 2.2.4
    if (!recent || !scala.startsWith("2.13")) {
      throw new IllegalStateException(
          "afina-spark: needs Spark 4.0 or newer for Scala 2.13, found Spark %s for Scala %s"
              .formatted(spark, scala));
    }
  }

  private static String scalaVersion() {
    return scala.util.Properties.versionNumberString();
  }
}
