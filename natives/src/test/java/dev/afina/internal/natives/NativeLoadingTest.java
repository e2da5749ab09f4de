package dev.afina.internal.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class NativeLoadingTest {
  private static final String NAME = "afina.test.setting";

  @Test
  void run_setsWhatDjlReads_andPutsItBack() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader foreign = new URLClassLoader(new URL[0], null)) {
      thread.setContextClassLoader(foreign);
      String seen =
          NativeLoading.run(
              NativeLoadingTest.class,
              Map.of(NAME, "1"),
              (Supplier<String>)
                  () ->
                      (thread.getContextClassLoader() == NativeLoadingTest.class.getClassLoader())
                          + System.getProperty(NAME)
                          + System.getProperty("ai.djl.offline")
                          + System.getProperty("OPT_OUT_TRACKING")
                          + System.getProperty("ai.djl.util.cuda.fork"));
      assertThat(seen).isEqualTo("true1truetruenull");
      assertThat(thread.getContextClassLoader()).isSameAs(foreign);
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(System.getProperties())
        .doesNotContainKeys(NAME, "ai.djl.offline", "OPT_OUT_TRACKING", "ai.djl.util.cuda.fork");
  }

  @Test
  void run_keepsWhatTheProgramHasSet_alsoWhenItFails() {
    System.setProperty(NAME, "mine");
    System.setProperty("ai.djl.offline", "false");
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  NativeLoading.run(
                      NativeLoadingTest.class,
                      Map.of(NAME, "1"),
                      (Runnable)
                          () -> {
                            throw new IllegalArgumentException(
                                System.getProperty("ai.djl.offline"));
                          }))
          .withMessage("false");
      assertThat(System.getProperty(NAME)).isEqualTo("mine");
      assertThat(System.getProperty("ai.djl.offline")).isEqualTo("false");
    } finally {
      System.clearProperty(NAME);
      System.clearProperty("ai.djl.offline");
    }
  }

  @Test
  void explain_namesTheWayOut() {
    assertThat(
            LoadFailure.explain(
                new IllegalStateException(
                    new UnsatisfiedLinkError(
                        "Native Library /a/libc10.so already loaded in another classloader"))))
        .isEqualTo(
            "UnsatisfiedLinkError: Native Library /a/libc10.so already loaded in another"
                + " classloader; put Afina and DJL into the class path that all applications of"
                + " this server share");
    assertThat(LoadFailure.explain(new IllegalCallerException("Illegal native access")))
        .endsWith("; start Java with --enable-native-access=ALL-UNNAMED");
    assertThat(
            LoadFailure.explain(
                new UnsatisfiedLinkError(
                    "/a.so: failed to map segment from shared object: Operation not permitted")))
        .contains("(noexec): name a folder of your own with -Dafina.nativeFolder=");
    assertThat( // as glibc 2.36 has it; no limit here
            LoadFailure.explain(
                new UnsatisfiedLinkError("/a.so: failed to map segment from shared object")))
        .contains("(noexec): name a folder of your own with -Dafina.nativeFolder=");
    assertThat(
            LoadFailure.explain(
                new UnsatisfiedLinkError("/a.so: cannot map: Cannot allocate memory")))
        .contains("the process may not have more address space");
    assertThat(
            LoadFailure.explain(
                new UnsatisfiedLinkError("libc.so.6: version `GLIBC_2.34' not found")))
        .contains("PyTorch needs glibc");
    assertThat(LoadFailure.explain(new NoSuchMethodError("ai.djl.X.y()")))
        .isEqualTo("NoSuchMethodError: ai.djl.X.y(); jars of several versions are mixed");
    assertThat(LoadFailure.explain(new UnsatisfiedLinkError("x".repeat(5000))))
        .hasSizeLessThan(400);
  }

  @Test
  void addressSpace_saysHowMuchIsMissing() throws IOException {
    AddressSpace.require(Long.MAX_VALUE, 1L << 30, 400L << 20);
    AddressSpace.require(400L << 20); // as the build has no limit
    assertThatIOException()
        .isThrownBy(() -> AddressSpace.require(1000L << 20, 600L << 20, 431L << 20))
        .withMessage(
            "too little address space for libraries of 431 MB: the limit is 1000 MB (ulimit -v),"
                + " of which the JVM uses 600; raise it by 288 MB, or make the JVM smaller"
                + " (-Xmx)");
  }

  @Test
  void classifier_isThatOfTheArtifacts() {
    assertThat(HostPlatform.classifier("Linux", "amd64")).isEqualTo("linux-x86_64");
    assertThat(HostPlatform.classifier("Linux", "aarch64")).isEqualTo("linux-aarch64");
    assertThat(HostPlatform.classifier("Mac OS X", "aarch64")).isEqualTo("osx-aarch64");
    assertThat(HostPlatform.classifier("Windows 11", "amd64")).isEqualTo("win-x86_64");
  }

  @Test
  void nativeFile_isAPlainName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeFile("../libc10.so", Path.of("libc10.so").toUri().toURL()))
        .withMessage("a library's name is a plain file name, got: ../libc10.so");
  }

  @Test
  void classPath_ofTheFirstLoaderThatHasTheName() throws Exception {
    URL jar = Test.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null);
        URLClassLoader junit = new URLClassLoader(new URL[] {jar}, null)) {
      ClassPath both = new ClassPath(List.of(empty, junit));
      assertThat(both.first("org/junit/jupiter/api/Test.class")).isPresent();
      assertThat(new ClassPath(List.of(empty)).first("org/junit/jupiter/api/Test.class")).isEmpty();
    }
  }
}
