package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsTest {
  @ParameterizedTest
  @CsvSource({"3.4.1, 2.12.17", "3.5.7, 2.13.8", "4.0.1, 2.12.20"})
  void olderSparkOrScala_isRefused(String spark, String scala) {
    assertThatThrownBy(() -> SparkVersion.check(spark, scala))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "afina-spark: needs Spark 4.0 or newer for Scala 2.13, found Spark %s for Scala %s"
                .formatted(spark, scala));
  }

  @ParameterizedTest
  @CsvSource({"4.0.1, 2.13.16", "4.1.0-preview1, 2.13.17", "10.0.0, 2.13.20"})
  void newerOnes_areAccepted(String spark, String scala) {
    assertThatCode(() -> SparkVersion.check(spark, scala)).doesNotThrowAnyException();
  }

  @Test
  void anOldGson_isNamedWithItsJar() {
    assertThat(GsonVersion.problem()).isEmpty();
    ClassLoader old = new Without("com.google.gson.Strictness"); // as 2.2.4
    assertThat(GsonVersion.problem(old))
        .hasValue(
            "afina-spark: needs Gson 2.11 or newer, but the class path has an older one first, in "
                + Gson.class.getProtectionDomain().getCodeSource().getLocation()
                + "; take a newer Spark, or set spark.driver.userClassPathFirst and"
                + " spark.executor.userClassPathFirst to true");
    assertThat(GsonVersion.problem(new Without("com.google.gson.")).orElseThrow())
        .contains("but the class path has none; take");
  }

  /** The tests' class path, but for the classes whose names begin so. */
  private static final class Without extends ClassLoader {
    private final String prefix;

    Without(String prefix) {
      super(VersionsTest.class.getClassLoader());
      this.prefix = prefix;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(prefix)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }
}
