package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.afina.internal.natives.ClassPath;
import dev.afina.internal.natives.NativeFile;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class paths with the version files of jars that users mixed. */
class PyTorchJarsTest {
  private static final String BINDING = System.mapLibraryName("djl_torch");

  @TempDir Path temp;
  private final List<URL> jars = new ArrayList<>();
  private final List<URLClassLoader> loaders = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  private void jar(String file, String... lines) throws IOException {
    Path folder = temp.resolve("jar" + jars.size());
    Path target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    Files.write(target, List.of(lines));
    jars.add(folder.toUri().toURL());
  }

  private void djl(String api, String engine, String jni) throws IOException {
    jar("ai/djl/engine/api.properties", "djl_version=" + api);
    jar("pytorch-engine.properties", "djl_version=" + engine, "pytorch_version=2.7.1");
    jar("jnilib/pytorch.properties", "jni_version=" + jni);
    jar("jnilib/linux-x86_64/cpu/" + BINDING, "binding");
  }

  private void libtorch(String version, String flavor, String platform) throws IOException {
    jar(
        "native/lib/pytorch.properties",
        "version=" + version,
        "flavor=" + flavor,
        "classifier=" + platform,
        "libraries=libc10.so,libtorch.so");
    jar("pytorch/" + flavor + "/" + platform + "/libc10.so", flavor);
    jar("pytorch/" + flavor + "/" + platform + "/libtorch.so", flavor);
  }

  private PyTorchJars found() {
    URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), null);
    loaders.add(loader);
    return new PyTorchJars(new ClassPath(List.of(loader)), "linux-x86_64");
  }

  @Test
  void files_ofAFittingSet() throws IOException {
    djl("0.35.1", "0.35.1", "2.7.1-0.35.1");
    libtorch("2.7.1-20250812", "cpu", "linux-x86_64");
    assertThat(found().files())
        .extracting(NativeFile::name)
        .containsExactly("libc10.so", "libtorch.so", BINDING);
    assertThat(found().name()).isEqualTo("pytorch-2.7.1-20250812-0.35.1-cpu");
  }

  @Test
  void files_ofANewerSet_andANewerApi() throws IOException {
    djl("0.38.0", "0.36.0", "2.7.1-0.36.0");
    libtorch("2.7.1-20250812", "cpu", "linux-x86_64");
    assertThat(found().files()).hasSize(3);
  }

  @Test
  void files_forTheProcessorBeforeThoseForAGpu() throws IOException {
    djl("0.35.1", "0.35.1", "2.7.1-0.35.1");
    libtorch("2.7.1-20250812", "cu128", "linux-x86_64");
    libtorch("2.7.1-20250812", "cpu", "linux-x86_64");
    assertThat(found().flavor()).isEqualTo("cpu");
  }

  @Test
  void engineNewerThanItsBinding_isNamed() throws IOException {
    djl("0.36.0", "0.36.0", "2.7.1-0.35.1");
    libtorch("2.7.1-20250812", "cpu", "linux-x86_64");
    assertThatIllegalStateException()
        .isThrownBy(() -> found().files())
        .withMessage(
            "PyTorch cannot be loaded: pytorch-engine 0.36.0 with pytorch-native 2.7.1 needs"
                + " ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0; found: api 0.36.0, pytorch-engine"
                + " 0.36.0, pytorch-jni 2.7.1-0.35.1, pytorch-native-cpu 2.7.1 for linux-x86_64;"
                + " the tested set is DJL 0.35.1 with PyTorch 2.7.1 (import ai.djl:bom:0.35.1"
                + " before other BOMs to get it)");
  }

  @Test
  void olderDjlOfAnotherFramework_isNamed() throws IOException {
    djl("0.32.0", "0.32.0", "2.7.1-0.35.1");
    libtorch("2.7.1-20250812", "cpu", "linux-x86_64");
    assertThatIllegalStateException()
        .isThrownBy(() -> found().files())
        .withMessageStartingWith(
            "PyTorch cannot be loaded: Afina needs DJL 0.35.1 or newer, not pytorch-engine 0.32.0;"
                + " found: api 0.32.0, ");
  }

  @Test
  void olderApiUnderTheEngine_isNamed() throws IOException {
    djl("0.32.0", "0.35.1", "2.7.1-0.35.1");
    libtorch("2.7.1-20250812", "cpu", "linux-x86_64");
    assertThatIllegalStateException()
        .isThrownBy(() -> found().files())
        .withMessageContaining("pytorch-engine 0.35.1 needs an api as new; found: api 0.32.0");
  }

  @Test
  void jarOfAnotherPlatform_isNamed() throws IOException {
    djl("0.35.1", "0.35.1", "2.7.1-0.35.1");
    libtorch("2.7.1-20250812", "cpu", "osx-aarch64");
    libtorch("2.7.1-20250812", "cpu", "win-x86_64");
    assertThatIllegalStateException()
        .isThrownBy(() -> found().files())
        .withMessageContaining(
            "add ai.djl.pytorch:pytorch-native-cpu:2.7.1 with the classifier of this platform,"
                + " linux-x86_64; found: api 0.35.1, pytorch-engine 0.35.1, pytorch-jni"
                + " 2.7.1-0.35.1, pytorch-native-cpu 2.7.1 for osx-aarch64, pytorch-native-cpu"
                + " 2.7.1 for win-x86_64; ");
  }

  @Test
  void jarWithoutLibraries_isNone() throws IOException {
    djl("0.35.1", "0.35.1", "2.7.1-0.35.1");
    jar("native/lib/pytorch.properties", "version=2.7.1", "placeholder=true");
    assertThatIllegalStateException()
        .isThrownBy(() -> found().files())
        .withMessageContaining("pytorch-jni 2.7.1-0.35.1, no pytorch-native; ");
  }

  @Test
  void missingEngineAndBinding_areNamed() throws IOException {
    jar("ai/djl/engine/api.properties", "djl_version=0.35.1");
    assertThatIllegalStateException()
        .isThrownBy(() -> found().files())
        .withMessageContaining(
            "ai.djl.pytorch:pytorch-engine is missing; found: api 0.35.1, pytorch-engine none,"
                + " pytorch-jni none, no pytorch-native");
  }

  @Test
  void older_comparesNumbers() {
    assertThat(PyTorchJars.older("0.9.0", "0.35.1")).isTrue();
    assertThat(PyTorchJars.older("0.35.1", "0.35.1")).isFalse();
    assertThat(PyTorchJars.older("0.36.0-SNAPSHOT", "0.35.1")).isFalse();
    assertThat(PyTorchJars.older("none", "0.35.1")).isFalse();
  }
}
