package dev.afina.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter of the peers and their scripts: the one named, that of AFINA_PYTHON, or one in an
 * environment of our own in the user's cache, which is made once.
 */
final class Python {
  private static final String REQUIREMENTS = "requirements.txt";

  private final String executable;
  private final Path scripts;

  private Python(String executable, Path scripts) {
    this.executable = executable;
    this.scripts = scripts;
  }

  /**
   * Finds or makes it.
   *
   * @param named by the user, or null
   * @param scripts a folder to put the scripts into
   * @param log told when packages are installed
   */
  static Python find(@Nullable String named, Path scripts, PrintStream log) throws IOException {
    for (String file : List.of("peer.py", "startup.py", REQUIREMENTS)) {
      try (InputStream in = Python.class.getResourceAsStream("/peers/" + file)) {
        Files.copy(
            Objects.requireNonNull(in, file),
            scripts.resolve(file),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    String ofEnvironment = System.getenv("AFINA_PYTHON");
    if (named != null) {
      return new Python(named, scripts);
    }
    return new Python(
        ofEnvironment != null && !ofEnvironment.isBlank() ? ofEnvironment : own(scripts, log),
        scripts);
  }

  /** Starts the peer that answers requests. */
  Child start() throws IOException {
    return Child.start("the peer in Python", command("peer.py"), environment());
  }

  /** The command line of a script. */
  List<String> command(String script) {
    return List.of(executable, scripts.resolve(script).toString());
  }

  /** What a peer gets beside our own environment: it needs no network, no GPU and no cache. */
  static Map<String, String> environment() {
    return Map.of(
        "HF_HUB_OFFLINE", "1",
        "HF_DATASETS_OFFLINE", "1",
        "CUDA_VISIBLE_DEVICES", "",
        "PYTHONUTF8", "1",
        "PYTHONDONTWRITEBYTECODE", "1",
        "PYTHONWARNINGS", "ignore");
  }

  private static String own(Path scripts, PrintStream log) throws IOException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    Path folder = base.resolve("afina-benchmarks").resolve("venv");
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path python = folder.resolve(windows ? "Scripts/python.exe" : "bin/python");
    // Copied last: without it, or with an older one, the environment is made anew.
    Path installed = folder.resolve(REQUIREMENTS);
    Path wanted = scripts.resolve(REQUIREMENTS);
    if (Files.exists(installed) && Files.mismatch(installed, wanted) == -1) {
      return python.toString();
    }
    log.println("installing the peers' packages into " + folder + ", once");
    run(List.of(windows ? "python" : "python3", "-m", "venv", "--clear", folder.toString()));
    run(
        List.of(
            python.toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--retries",
            "0",
            "-r",
            wanted.toString()));
    Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
    return python.toString();
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream in = process.getInputStream()) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      if (process.waitFor() != 0) {
        throw new IOException(
            String.join(" ", command)
                + " failed: "
                + String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()))
                + "; name a Python that has the packages by --python or AFINA_PYTHON");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.get(0) + " installed packages", e);
    }
  }
}
