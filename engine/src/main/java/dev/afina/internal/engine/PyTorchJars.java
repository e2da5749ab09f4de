package dev.afina.internal.engine;

import dev.afina.internal.natives.ClassPath;
import dev.afina.internal.natives.HostPlatform;
import dev.afina.internal.natives.NativeFile;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The four artifacts that PyTorch comes in, as the class path has them, and whether they fit.
 *
 * <p>Each says its version in a small file. DJL looks at them too, but answers what does not fit
 * with an attempt to download, or with a failure far from the cause.
 */
final class PyTorchJars {
  private static final String API = "ai/djl/engine/api.properties";
  private static final String ENGINE = "pytorch-engine.properties";
  private static final String JNI = "jnilib/pytorch.properties";
  private static final String NATIVE = "native/lib/pytorch.properties";

  /** A jar with libtorch, for one platform. */
  private record Libtorch(String version, String flavor, String platform, List<String> libraries) {

    static Libtorch of(URL source) {
      Properties said = ClassPath.properties(source);
      String[] classifier = said.getProperty("classifier", "").split("-", 3);
      // Old ones write the flavor in front of the classifier: cpu-linux-x86_64.
      boolean flavorFirst = said.getProperty("flavor") == null && classifier.length == 3;
      return new Libtorch(
          said.getProperty("version", ""),
          flavorFirst ? classifier[0] : said.getProperty("flavor", ""),
          flavorFirst
              ? classifier[1] + "-" + classifier[2]
              : said.getProperty("classifier", "any platform"),
          Arrays.stream(said.getProperty("libraries", "").split(","))
              .filter(name -> !name.isEmpty())
              .toList());
    }

    /** 2.7.1 of 2.7.1-20250812. */
    String release() {
      return version.split("-", 2)[0];
    }
  }

  private final ClassPath classPath;
  private final String platform;
  private final Properties tested;
  private final List<Libtorch> libtorches;

  PyTorchJars(ClassPath classPath, String platform) {
    this.classPath = classPath;
    this.platform = platform;
    this.tested =
        ClassPath.properties(
            Objects.requireNonNull(
                PyTorchJars.class.getResource("djl.properties"), "afina-engine's resources"));
    this.libtorches =
        classPath.all(NATIVE).stream()
            .map(Libtorch::of)
            .filter(torch -> !torch.libraries().isEmpty())
            .distinct()
            .toList();
  }

  static PyTorchJars ofThisProcess() {
    return new PyTorchJars(ClassPath.of(PyTorch.class), HostPlatform.classifier());
  }

  /** Names the folder of the libraries. */
  String name() {
    return "pytorch-" + libtorch().version() + "-" + djlOfEngine() + "-" + libtorch().flavor();
  }

  String flavor() {
    return libtorch().flavor();
  }

  /**
   * The libraries to load: libtorch's and the one that binds it to Java.
   *
   * @throws IllegalStateException when the artifacts are not there or do not fit; says what was
   *     found and what is needed
   */
  List<NativeFile> files() {
    requireFitting();
    Libtorch torch = libtorch();
    List<NativeFile> files = new ArrayList<>();
    String folder = "pytorch/" + torch.flavor() + "/" + torch.platform() + "/";
    for (String library : torch.libraries()) {
      files.add(new NativeFile(library, resource(folder + library)));
    }
    String binding = System.mapLibraryName("djl_torch");
    String folderOfBinding = "jnilib/" + torch.platform() + "/" + torch.flavor() + "/";
    files.add(new NativeFile(binding, resource(folderOfBinding + binding)));
    return files;
  }

  /** Everything that was found, for a message. */
  String found() {
    String natives =
        libtorches.stream()
            .map(t -> "pytorch-native-" + t.flavor() + " " + t.release() + " for " + t.platform())
            .collect(Collectors.joining(", "));
    return "found: api "
        + said(API, "djl_version")
        + ", pytorch-engine "
        + said(ENGINE, "djl_version")
        + ", pytorch-jni "
        + said(JNI, "jni_version")
        + ", "
        + (libtorches.isEmpty() ? "no pytorch-native" : natives);
  }

  private String said(String file, String key) {
    return classPath.property(file, key).orElse("none");
  }

  private void requireFitting() {
    String djl = djlOfEngine();
    if (older(djl, tested("djl"))) {
      throw unfit("Afina needs DJL " + tested("djl") + " or newer, not pytorch-engine " + djl);
    }
    String api = said(API, "djl_version");
    if (older(api, djl)) {
      throw unfit("pytorch-engine " + djl + " needs an api as new");
    }
    Libtorch torch = libtorch();
    String jni = said(JNI, "jni_version");
    String needed = torch.release() + "-" + djl;
    if (!jni.startsWith(needed)) {
      throw unfit(
          "pytorch-engine "
              + djl
              + " with pytorch-native "
              + torch.release()
              + " needs ai.djl.pytorch:pytorch-jni:"
              + needed);
    }
  }

  private String djlOfEngine() {
    return classPath
        .property(ENGINE, "djl_version")
        .orElseThrow(() -> unfit("ai.djl.pytorch:pytorch-engine is missing"));
  }

  /** The jar for this platform; one for the processor before one for GPUs. */
  private Libtorch libtorch() {
    List<Libtorch> fitting =
        libtorches.stream().filter(torch -> torch.platform().equals(platform)).toList();
    Optional<Libtorch> cpu =
        fitting.stream().filter(torch -> torch.flavor().equals("cpu")).findFirst();
    return cpu.or(() -> fitting.stream().findFirst())
        .orElseThrow(
            () ->
                unfit(
                    "add ai.djl.pytorch:pytorch-native-cpu:"
                        + tested("pytorch")
                        + " with the classifier of this platform, "
                        + platform));
  }

  private URL resource(String name) {
    return classPath
        .first(name)
        .orElseThrow(() -> unfit("no jar on the class path has " + name + " for " + platform));
  }

  private String tested(String key) {
    return tested.getProperty(key, "");
  }

  private IllegalStateException unfit(String what) {
    return new IllegalStateException(
        "PyTorch cannot be loaded: "
            + what
            + "; "
            + found()
            + "; the tested set is DJL "
            + tested("djl")
            + " with PyTorch "
            + tested("pytorch")
            + " (import ai.djl:bom:"
            + tested("djl")
            + " before other BOMs to get it)");
  }

  /** Whether a version such as 0.32.0 comes before another; what has no such form does not. */
  static boolean older(String version, String than) {
    int[] a = numbers(version);
    int[] b = numbers(than);
    return a.length > 0 && b.length > 0 && Arrays.compare(a, b) < 0;
  }

  private static int[] numbers(String version) {
    String release = version.split("-", 2)[0];
    return release.matches("\\d{1,6}(\\.\\d{1,6})*")
        ? Arrays.stream(release.split("\\.")).mapToInt(Integer::parseInt).toArray()
        : new int[0];
  }
}
