package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.PlainForm;
import dev.afina.internal.model.layers.RecordingDropout;
import dev.afina.internal.model.layers.RecordingDropout.Site;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Training drops where transformers drops: as often, in the same order, at the same rates, each of
 * which differs here, and of as many numbers. Golden files of interop/golden_models.py.
 *
 * <p>Shapes differ, numbers do not: two texts of 7 tokens are (2, 7, H) there and (14, H) here,
 * attention weights (2, N, 7, 7) there and one row here. Rows that no logit depends on are not
 * computed here, and not counted there.
 */
class DropoutSitesTest {

  @ParameterizedTest
  @MethodSource("dev.afina.internal.model.GoldenModel#withGradients")
  void sites_areThoseOfTransformers(GoldenModel golden) throws IOException {
    JsonObject file = Golden.json(golden.name() + "/dropouts.json");
    List<Site> expected = new ArrayList<>();
    List<String> modules = new ArrayList<>();
    for (JsonElement call : file.getAsJsonArray("calls")) {
      JsonObject site = call.getAsJsonObject();
      expected.add(new Site(site.get("rate").getAsDouble(), site.get("used").getAsLong()));
      modules.add(site.get("module").getAsString());
    }
    assertThat(sites(golden, file)).as("dropout of %s", modules).isEqualTo(expected).isNotEmpty();
  }

  private static List<Site> sites(GoldenModel golden, JsonObject file) throws IOException {
    try (Model model = Golden.model(golden.modelFolder(), ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(Golden.path(golden.tokenizerFolder()));
        Autograd.Mode on = Autograd.on();
        NDManager scope = PyTorch.newManager()) {
      JsonObject config = model.config();
      for (Map.Entry<String, JsonElement> rate : file.getAsJsonObject("config").entrySet()) {
        config.add(rate.getKey(), rate.getValue());
      }
      Encoding text = tokenizer.encode(file.get("text").getAsString(), 24);
      RecordingDropout dropout = new RecordingDropout();
      Network network =
          Architectures.of(new ConfigJson(config, "test"), 3)
              .bind(new Binder(new PlainForm(model.arrays(), model.constants())));
      assertThat(network.logits(model.batch(List.of(text, text), scope), dropout).getShape().get(0))
          .isEqualTo(2);
      return dropout.sites();
    }
  }
}
