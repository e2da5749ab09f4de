package dev.afina.examples.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.afina.Classifier;
import dev.afina.testing.TinyModels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uses the page as a person does, in a browser, where one is installed. */
class PageTest {
  /** {@code -Dafina.screenshots=FOLDER} writes pictures of what is tested, to be looked at. */
  private static final String SCREENSHOTS = System.getProperty("afina.screenshots");

  @Test
  @Timeout(60)
  void typingIsClassified_withBars_byKeyboardAlone() throws Exception {
    Optional<Path> browser = Chromium.installed();
    assumeTrue(browser.isPresent(), "no Chromium or Chrome is on the PATH");
    // Not a temporary folder: a browser writes its profile for a moment after it has ended.
    Path profile =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "chromium-");
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Classifier model = TinyModels.classifier();
        ApiServer server =
            ApiServer.start(
                new ServedModel("tiny", model.labels(), model, model),
                ApiLimits.STANDARD,
                registry,
                "127.0.0.1",
                0);
        Chromium page = Chromium.start(browser.get(), profile.toAbsolutePath())) {
      page.look(900, 800, false);
      page.open("http://127.0.0.1:" + server.port() + "/");
      page.await("document.getElementById('model').textContent.startsWith('tiny: 6 labels')");
      shoot(page, "empty");

      // The text has the focus; nobody presses a button.
      page.type("I lost my card");
      page.await("document.getElementById('label').textContent === 'lost_or_stolen_card'");
      assertThat(page.value("document.querySelectorAll('#bars li').length")).isEqualTo("6");
      String first = "document.querySelector('#bars li:first-child %s').%s";
      assertThat(page.value(first.formatted(".name", "textContent")))
          .isEqualTo("lost_or_stolen_card");
      double share =
          Double.parseDouble(page.value(first.formatted("rect", "getAttribute('width')")));
      assertThat(share).isBetween(50.0, 100.0);
      assertThat(page.value(first.formatted(".percent", "textContent")))
          .isEqualTo(String.format(Locale.ROOT, "%.1f %%", share));
      // As wide as its share of the track, which is the same for all.
      double bar =
          Double.parseDouble(page.value(first.formatted("rect", "getBoundingClientRect().width")));
      double track =
          Double.parseDouble(
              page.value(first.formatted(".track", "getBoundingClientRect().width")));
      assertThat(100 * bar / track).isBetween(share - 1, share + 1);
      shoot(page, "light");
      page.look(900, 800, true);
      shoot(page, "dark");
      page.look(360, 900, false);
      assertThat(page.value("document.documentElement.scrollWidth <= 360")).isEqualTo("true");
      shoot(page, "narrow");

      // By keyboard: all of the text away, another text, Tab to the button, Enter.
      page.value("document.getElementById('text').select()");
      page.type("change my pin");
      page.press("Tab", 9, "");
      assertThat(page.value("document.activeElement.textContent")).isEqualTo("Classify");
      page.press("Enter", 13, "\r");
      page.await("document.getElementById('label').textContent === 'change_pin'");

      // What the server refuses is said, in place of an old result.
      page.value(
          "(document.getElementById('text').value = 'a'.repeat(20001), document.querySelector('button').click())");
      page.await("!document.getElementById('problem').hidden");
      assertThat(page.value("document.getElementById('problem').textContent"))
          .startsWith("\"text\": 20001 characters, at most 20000");
      assertThat(page.value("document.getElementById('result').hidden")).isEqualTo("true");
      shoot(page, "problem");
      // The browser itself notes the answer 413; nothing else.
      assertThat(page.complaints()).allMatch(said -> said.contains("status of 413"));

      page.open("http://127.0.0.1:" + server.port() + "/?text=where+is+my+%3Cb%3Ecard%3C%2Fb%3E");
      page.await("document.getElementById('label').textContent === 'card_arrival'");
      assertThat(page.value("document.getElementById('text').value"))
          .isEqualTo("where is my <b>card</b>");
    }
  }

  private static void shoot(Chromium page, String name) throws Exception {
    if (SCREENSHOTS != null) {
      page.shoot(Files.createDirectories(Path.of(SCREENSHOTS)).resolve(name + ".png"));
    }
  }
}
