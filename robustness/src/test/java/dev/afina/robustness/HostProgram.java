package dev.afina.robustness;

import dev.afina.Classifier;
import dev.afina.ServingOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says what is another in the process after a model was loaded, has predicted and was closed. */
public final class HostProgram {
  private HostProgram() {}

  /**
   * Prints "property NAME" for each system property that is another or new, "thread NAME" for each
   * thread, and "other WHAT" for what else has changed.
   *
   * @param args the model's folder
   */
  public static void main(String[] args) throws Exception {
    List<Object> others = others(); // first: the JVM sets user.timezone when it is asked
    Map<String, String> properties = properties();
    Set<String> threads = threads();
    try (Classifier loaded = Classifier.load(Path.of(args[0]));
        Classifier classifier =
            loaded.withServing(ServingOptions.standard().deadline(Duration.ofMinutes(5)))) {
      classifier.predict("so happy");
      classifier.predict(List.of("so happy", "so sad"));
      classifier.predictAsync("so happy").join();
    }
    Map<String, String> now = properties();
    Set<String> names = new TreeSet<>(now.keySet());
    names.addAll(properties.keySet());
    names.removeIf(name -> String.valueOf(now.get(name)).equals(properties.get(name)));
    names.forEach(name -> System.out.println("property " + name));
    Set<String> newThreads = threads();
    newThreads.removeAll(threads);
    newThreads.forEach(name -> System.out.println("thread " + name));
    List<Object> othersNow = others();
    for (int i = 0; i < others.size(); i++) {
      if (!String.valueOf(others.get(i)).equals(String.valueOf(othersNow.get(i)))) {
        System.out.println("other " + others.get(i) + " -> " + othersNow.get(i));
      }
    }
    System.out.println("end");
  }

  private static Map<String, String> properties() {
    Map<String, String> all = new TreeMap<>();
    System.getProperties().forEach((name, value) -> all.put(name.toString(), value.toString()));
    return all;
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Object> others() {
    return List.of(
        Locale.getDefault(),
        TimeZone.getDefault().getID(),
        String.valueOf(Thread.getDefaultUncaughtExceptionHandler()),
        Thread.currentThread().getContextClassLoader(),
        System.out,
        System.err,
        Thread.currentThread().isInterrupted());
  }
}
