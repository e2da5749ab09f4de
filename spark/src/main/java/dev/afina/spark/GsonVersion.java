package dev.afina.spark;

import java.net.URL;
import java.security.CodeSource;
import java.util.Optional;

/** Checks the version of Gson, because Spark's jars come before the application's. */
final class GsonVersion {
  private static final String NEW = "com.google.gson.Strictness"; // since 2.11
  private static final String OLD = "com.google.gson.Gson";

  private GsonVersion() {}

  /**
   * Checks that Afina's classes find a Gson that is new enough, before a missing class causes an
   * obscure failure.
   *
   * @throws IllegalStateException if they do not; the message names the jar of the old one
   */
  static void check() {
    Optional<String> problem = problem();
    if (problem.isPresent()) {
      throw new IllegalStateException(problem.get());
    }
  }

  /** What is wrong with the Gson of this JVM; empty if nothing is. */
  static Optional<String> problem() {
    return problem(GsonVersion.class.getClassLoader());
  }

  static Optional<String> problem(ClassLoader loader) {
    try {
      Class<?> unused = Class.forName(NEW, false, loader);
      return Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.of(
          "afina-spark: needs Gson 2.11 or newer, but the class path has %s; take a newer Spark, or"
                  .formatted(found(loader))
              + " set spark.driver.userClassPathFirst and spark.executor.userClassPathFirst to"
              + " true");
    }
  }

  private static String found(ClassLoader loader) {
    try {
      CodeSource source = Class.forName(OLD, false, loader).getProtectionDomain().getCodeSource();
      URL location = source == null ? null : source.getLocation();
      return "an older one first" + (location == null ? "" : ", in " + location);
    } catch (ClassNotFoundException e) {
      return "none";
    }
  }
}
