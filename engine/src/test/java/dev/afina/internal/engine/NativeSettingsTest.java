package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PackedKernels.Activation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What variables of the environment that PyTorch reads do to a process, which each test starts. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64") // others than these multiply without oneDNN
class NativeSettingsTest {

  /** Multiplies once by oneDNN. */
  public static final class Application {
    private Application() {}

    /** Prints the difference from a product of doubles. */
    public static void main(String[] args) {
      try (NDManager manager = PyTorch.newManager()) {
        PackedKernels kernels = PackedFormat.FLOAT32.kernels().orElseThrow();
        NDArray x = RandomArrays.uniform(manager, new Shape(2, 64), 1, 1);
        NDArray weight = RandomArrays.weight(manager, 64, 128, 2);
        NDArray bias = manager.zeros(new Shape(128));
        try (PackedLinear packed = kernels.pack(weight, bias, Activation.LINEAR)) {
          System.out.println("difference: " + difference(packed.apply(x), x, weight));
        }
      } catch (IllegalStateException e) {
        System.out.println("message: " + e.getMessage());
      }
    }

    private static double difference(NDArray got, NDArray x, NDArray weight) {
      float[] y = got.toFloatArray();
      float[] inputs = x.toFloatArray();
      float[] weights = weight.toFloatArray();
      double greatest = 0;
      for (int i = 0; i < y.length; i++) {
        double sum = 0;
        for (int k = 0; k < 64; k++) {
          sum += (double) inputs[i / 128 * 64 + k] * weights[i % 128 * 64 + k];
        }
        greatest = Math.max(greatest, Math.abs(y[i] - sum));
      }
      return greatest;
    }
  }

  private static String start(Map<String, String> environment, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Application.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static void assertExact(String output) {
    assertThat(output.lines().filter(line -> line.startsWith("difference: ")))
        .as(output)
        .singleElement()
        .satisfies(line -> assertThat(Double.parseDouble(line.split(" ", 2)[1])).isLessThan(1e-5));
  }

  @Test
  void cacheOfNoResult_doesNotEndTheProcess_andProductsAreNotRounded() throws Exception {
    String output =
        start(
            Map.of(
                "LRU_CACHE_CAPACITY", "0",
                "DNNL_DEFAULT_FPMATH_MODE", "BF16",
                "ONEDNN_VERBOSE", "1"));
    assertExact(output);
    assertThat(output)
        .contains("cpu,inner_product", "DNNL_DEFAULT_FPMATH_MODE=BF16 is not followed")
        .doesNotContain("attr-fpmath");
  }

  @Test
  void cacheOfNoResult_whereSettingsStay_isRefused() throws Exception {
    String output = start(Map.of("LRU_CACHE_CAPACITY", "all"), "-Dafina.nativeSettings=false");
    assertThat(output)
        .contains(
            "message: PyTorch cannot be loaded: with LRU_CACHE_CAPACITY=\"all\" in the environment"
                + " it would end the process; expected a number of 1 or more, or no such variable");
  }

  @Test
  void roundedProducts_whereSettingsStay_areWarnedOf() throws Exception {
    String output =
        start(
            Map.of("LRU_CACHE_CAPACITY", "1", "ONEDNN_DEFAULT_FPMATH_MODE", "ANY"),
            "-Dafina.nativeSettings=false");
    assertThat(output)
        .contains("ONEDNN_DEFAULT_FPMATH_MODE=ANY may round the inputs of float32 products");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "0", "00", "-0", "all", "0x10", "4294967296", "-9999999999999999999"})
  void textThatIsNoCount_endsTheProcess(String results) {
    assertThat(NativeSettings.endsTheProcess(results)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        " 1024",
        "016",
        "+3",
        "-1",
        "12 and more",
        "2147483647",
        "9999999999999999999"
      })
  void textThatIsOne_doesNot(String results) {
    assertThat(NativeSettings.endsTheProcess(results)).isFalse();
  }
}
