package dev.afina.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afina.GoldenInsides;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.serving.Deadline;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PathGradientsTest {
  static List<String> names() {
    return GoldenInsides.names();
  }

  /** The same points as in Python's loop: all that differs is float32. */
  @ParameterizedTest
  @MethodSource("names")
  void attributionsOfTheSamePoints_areTorchs_inEveryFamily(String name) throws IOException {
    GoldenInsides golden = GoldenInsides.of(name);
    GaussLegendre rule = GaussLegendre.of(golden.steps());
    String folder = GoldenInsides.folder(name);
    try (Model model = Golden.model(folder, ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(Golden.path(folder))) {
      int padding = tokenizer.specialTokens().pad().orElseThrow();
      for (GoldenInsides.Case c : golden.cases()) {
        Encoding text =
            tokenizer.encode(c.text(), c.pair(), model.architecture().spec().maxTokens());
        assertThat(text.ids()).containsExactly(c.ids());
        int[] baselines = text.ids();
        for (int i = 0; i < baselines.length; i++) {
          baselines[i] = text.isSpecial(i) ? baselines[i] : padding;
        }
        PathGradients way = new PathGradients(model, text, baselines, c.label(), Deadline.NONE);
        assertThat(way.at(rule.nodes(), rule.weights()).attributions())
            .containsExactly(c.fromPadding().attributions(), within(1e-4));
        PathGradients.Found ends = way.at(new double[] {0, 1}, new double[] {0, 0});
        assertThat(ends.outputs()[0]).isCloseTo(c.fromPadding().baselineOutput(), within(1e-4));
        assertThat(ends.outputs()[1]).isCloseTo(c.output(), within(1e-4));
        assertThat(ends.attributions()).containsOnly(0);
      }
    }
  }
}
