package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.spring.sample.LateController;
import dev.afina.spring.sample.SampleApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A service that gets SIGTERM answers what it has accepted, though it predicts during the exit; so
 * do beans that are destroyed.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Process.destroy ends a process there at once")
class SigtermTest {

  /** The sample, saying at which port it is and when a call is in. */
  static final class Program {
    public static void main(String[] args) {
      SpringApplication sample = new SpringApplication(SampleApplication.class);
      sample.addListeners(Program::tell);
      ConfigurableApplicationContext application = sample.run(args);
      System.out.println(application.getEnvironment().getProperty("local.server.port"));
    }

    private static void tell(ApplicationEvent event) {
      if (event instanceof PayloadApplicationEvent<?> sent
          && sent.getPayload() instanceof LateController.Accepted) {
        System.out.println("accepted");
      }
    }
  }

  /** Predicts once more when it is destroyed. */
  record Flusher(Classifier intents) {
    void flush() throws InterruptedException {
      Thread.sleep(300); // the JVM's other hooks run beside Spring's
      System.out.println("flushed " + intents.predict("I lost my card").label());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(AfinaAutoConfiguration.class)
  static class FlushingConfiguration {
    @Bean(destroyMethod = "flush")
    Flusher flusher(Classifier intents) {
      return new Flusher(intents);
    }
  }

  /** Ends while its context is open. */
  static final class FlushingProgram {
    public static void main(String[] args) {
      SpringApplication.run(FlushingConfiguration.class, "--spring.main.web-application-type=none");
      System.exit(3);
    }
  }

  @Test
  void beansThatAreDestroyed_mayPredict() throws Exception {
    Process process = started(FlushingProgram.class);
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.lines().toList()).contains("flushed lost_or_stolen_card");
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(3);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process started(Class<?> program) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dai.djl.pytorch.num_threads=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            program.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void callsThatAreIn_areAnswered() throws Exception {
    Process process = started(Program.class);
    try (BufferedReader said = process.inputReader()) {
      Http http = new Http(Integer.parseInt(lastWord(said)));
      CompletableFuture<HttpResponse<String>> late = http.getLater("/late");
      assertThat(said.readLine()).isEqualTo("accepted");
      process.destroy();
      HttpResponse<String> response = late.get(1, TimeUnit.MINUTES);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(response.body()).contains("\"label\":\"card_arrival\"");
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String lastWord(BufferedReader said) throws IOException {
    String line = said.readLine();
    while (line != null && !line.matches("[0-9]+")) {
      line = said.readLine(); // lines of the log
    }
    assertThat(line).as("the program started").isNotNull();
    return line;
  }
}
