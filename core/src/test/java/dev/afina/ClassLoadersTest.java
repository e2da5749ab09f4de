package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Afina in class loaders of its own, as servers make them; each test is a JVM of its own. */
class ClassLoadersTest {
  private static final String SEPARATOR = System.getProperty("path.separator");

  /** What an application does; each class loader has its own of this class. */
  public static final class Application implements AutoCloseable {
    private final Classifier classifier;

    /** Loads where threads of the JVM do, which know nothing of the application's classes. */
    public Application(String model) {
      this.classifier =
          CompletableFuture.supplyAsync(
                  () -> {
                    requireForeign();
                    try {
                      return Classifier.load(Path.of(model));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  })
              .join();
    }

    /** Predicts a list and a text on such a thread. */
    public String predict() {
      return CompletableFuture.supplyAsync(
              () ->
                  classifier.predict(List.of("what a happy day", "I hate the noise"))
                      + " "
                      + classifier.predict("I miss the old house").scores())
          .join();
    }

    /** Trains on such a thread and tells the loss of the last epoch. */
    public String fit(String checkpoint) {
      return CompletableFuture.supplyAsync(
              () -> {
                try (Classifier fitted =
                    Classifier.builder()
                        .checkpoint(Path.of(checkpoint))
                        .epochs(1)
                        .dropout(0)
                        .fit(ClassifierTest.rows())) {
                  Matcher loss =
                      Pattern.compile("\\d+\\.\\d{4}")
                          .matcher(fitted.training().orElseThrow().table());
                  if (!loss.find()) {
                    throw new IllegalStateException("no loss in the table");
                  }
                  return loss.group();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .join();
    }

    @Override
    public void close() {
      classifier.close();
    }

    private static void requireForeign() {
      ClassLoader own = Application.class.getClassLoader();
      if (Thread.currentThread().getContextClassLoader() == own) {
        throw new IllegalStateException("the thread knows the application; nothing is tested");
      }
    }
  }

  /** The server: knows no class of Afina. */
  public static final class Server {
    private Server() {}

    /** Deploys the application some times and keeps or closes it. */
    public static void main(String[] arguments) throws Exception {
      String classPath = arguments[0];
      String model = arguments[1];
      int times = Integer.parseInt(arguments[2]);
      if (arguments[3].equals("at once")) {
        deployAtOnce(classPath, model, times);
        return;
      }
      for (int i = 0; i < times; i++) {
        Object application = deploy(classPath, model);
        System.out.println("predicted: " + call(application, "predict"));
        System.out.println("fitted: " + call(application, "fit", model));
        if (i == 1) {
          call(application, "close");
        }
      }
    }

    private static void deployAtOnce(String classPath, String model, int times) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(times);
      Callable<String> deployment =
          () -> {
            Object application = deploy(classPath, model);
            return "predicted: " + call(application, "predict") + "\nfitted: none";
          };
      for (Future<String> said : threads.invokeAll(Collections.nCopies(times, deployment))) {
        System.out.println(said.get());
      }
      threads.shutdown();
    }

    private static Object deploy(String classPath, String model) throws Exception {
      URL[] urls =
          Arrays.stream(classPath.split(Pattern.quote(SEPARATOR)))
              .map(Server::url)
              .toArray(URL[]::new);
      // Not closed: as a server's that was not cleaned up.
      ClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
      return loader
          .loadClass(Application.class.getName())
          .getConstructor(String.class)
          .newInstance(model);
    }

    private static Object call(Object application, String method, Object... arguments)
        throws Exception {
      Class<?>[] types = Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
      return application.getClass().getMethod(method, types).invoke(application, arguments);
    }

    private static URL url(String entry) {
      try {
        return Path.of(entry).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }

  @Test
  void threadsOfTheJvm_loadFitAndPredict_forAChildClassLoader() throws Exception {
    List<String> said = serve(1, "in turn");
    assertThat(said).hasSize(2);
  }

  @Test
  void applicationDeployedAgain_computesTheSame() throws Exception {
    List<String> said = serve(3, "in turn");
    assertThat(said.subList(0, 2)).isEqualTo(said.subList(2, 4)).isEqualTo(said.subList(4, 6));
  }

  /** A server that starts: each would load PyTorch as the first, and two of them end the JVM. */
  @Test
  void applicationsDeployedAtOnce_shareOnePyTorch() throws Exception {
    List<String> said = serve(4, "at once");
    assertThat(said).filteredOn(line -> line.startsWith("predicted")).hasSize(4);
    assertThat(Set.copyOf(said)).hasSize(2);
  }

  /** Lines that each deployment printed: what it predicted, how it trained. */
  private static List<String> serve(int deployments, String how) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String ownClasses =
        Path.of(Server.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.pytorch.num_threads=2",
                "-cp",
                ownClasses,
                Server.class.getName(),
                classPath,
                Golden.path("bert/model").toString(),
                Integer.toString(deployments),
                how)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    List<String> said =
        output
            .lines()
            .filter(line -> line.startsWith("predicted: ") || line.startsWith("fitted: "))
            .toList();
    assertThat(said).as(output).hasSize(2 * deployments);
    return said;
  }
}
