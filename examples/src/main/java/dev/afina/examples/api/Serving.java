package dev.afina.examples.api;

import dev.afina.Classifier;
import dev.afina.micrometer.ModelMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Loads a model, measures it, and serves it until the process is told to end. */
final class Serving {
  private final Path folder;
  private final ApiOptions options;
  private final PrintStream out;

  Serving(Path folder, ApiOptions options, PrintStream out) {
    this.folder = folder;
    this.options = options;
    this.out = out;
  }

  void untilStopped() throws IOException, InterruptedException {
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    PrometheusMeterRegistry registry = registry();
    ModelMetrics metrics = ModelMetrics.of(registry, name);
    try (StopSignal stop = StopSignal.listen()) {
      try (Classifier loaded = Classifier.load(folder);
          Classifier probe = loaded.withServing(options.serving());
          Classifier served = loaded.withServing(options.serving().listener(metrics))) {
        metrics.watchQueueOf(served);
        served.rules().figures().ifPresent(figures -> metrics.watchDriftFrom(figures.scores()));
        Object unused = loaded.predict("The first text takes longer."); // no caller waits for it
        try (ApiServer server =
            ApiServer.start(
                new ServedModel(name, served.labels(), served, probe),
                options.limits(),
                registry,
                options.host(),
                options.port())) {
          out.println(
              "serving " + name + " at http://" + options.host() + ":" + server.port() + "/");
          stop.await();
          out.println("stopping: requests that were accepted are answered");
        }
      }
      out.println("stopped");
      stop.allAnswered();
    }
  }

  private static PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }
}
