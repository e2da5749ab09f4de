package dev.afina.internal.explain;

import dev.afina.DeadlineExceededException;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.explain.ExplainOptions;
import dev.afina.explain.ExplainOptions.Baseline;
import dev.afina.explain.ExplainOptions.Method;
import dev.afina.explain.Explanation;
import dev.afina.explain.TokenAttribution;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.Model;
import dev.afina.internal.objective.Logits;
import dev.afina.internal.serving.Deadline;
import dev.afina.internal.serving.Inference;
import dev.afina.internal.text.Document;
import dev.afina.internal.text.TextEncoder;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One text, explained: which output, from which baseline, and in how many steps.
 *
 * @param model by plain operators and in float32, whatever precision predicts
 * @param inference that predicts, for the label that is explained
 * @param labels the names of the outputs
 */
public record Explaining(
    Model model, Inference inference, TextEncoder encoder, Labels labels, ProblemType problemType) {
  private static final int SHOWN = 300;
  private static final Logger log = LoggerFactory.getLogger(Explaining.class);

  /**
   * Explains a text or pair.
   *
   * @throws IllegalArgumentException when the text has no tokens of its own, or there is no such
   *     label or no padding token
   * @throws DeadlineExceededException when the time has passed
   */
  public Explanation of(Example example, ExplainOptions options, Deadline deadline) {
    Tokenizer tokenizer = encoder.tokenizer();
    Encoding text =
        tokenizer.encodeWithOffsets(example.text(), example.pair(), encoder.maxTokens());
    if (IntStream.range(0, text.size()).allMatch(text::isSpecial)) {
      throw new IllegalArgumentException(
          "the text has no tokens to explain: it is empty, or nothing that the tokenizer keeps");
    }
    requireReadSo(text, encoder.encode(example));
    int output = output(text, options, deadline);
    PathGradients way =
        new PathGradients(
            model, text, baselines(text, tokenizer, options.baseline()), output, deadline);
    IntegratedGradients found =
        options.method() == Method.INTEGRATED_GRADIENTS
            ? IntegratedGradients.of(way, options.steps())
            : gradientAtTheText(way);
    Explanation explanation =
        new Explanation(
            example.text(),
            example.pair(),
            labels.name(output),
            options.method(),
            found.points(),
            found.end(),
            found.start(),
            tokens(text, found.attributions()),
            text.truncatedTokens());
    if (!explanation.isComplete()) {
      log.warn(
          "the attributions of a text miss the difference that they explain by {} % after {} steps,"
              + " at most {} % are expected; take them as a hint, or begin from another baseline",
          String.format(Locale.ROOT, "%.1f", 100 * explanation.completenessError().orElse(0)),
          found.points(),
          Math.round(100 * Explanation.TOLERANCE));
    }
    return explanation;
  }

  private static IntegratedGradients gradientAtTheText(PathGradients way) {
    PathGradients.Found found = way.at(new double[] {0, 1}, new double[] {0, 1});
    return new IntegratedGradients(found.attributions(), 1, found.outputs()[0], found.outputs()[1]);
  }

  /** An explanation of other tokens than those that a prediction reads would be of another one. */
  private void requireReadSo(Encoding text, Document read) {
    if (!Arrays.equals(text.ids(), read.windows().get(0).ids()) || read.windows().size() > 1) {
      throw new IllegalArgumentException(
          ("the text has more than %s tokens, of which this model does not read the first only (%s);"
                  + " an explanation is of one part: pass that part alone")
              .formatted(encoder.maxTokens(), encoder.longTexts()));
    }
  }

  private int output(Encoding text, ExplainOptions options, Deadline deadline) {
    if (options.label().isPresent()) {
      return labels.index(options.label().get());
    }
    if (labels.size() == 1) {
      return 0;
    }
    if (problemType == ProblemType.REGRESSION) {
      throw new IllegalArgumentException(
          "label: this model predicts "
              + Excerpt.of(labels, SHOWN)
              + "; name the one to explain by options.label(...)");
    }
    return Logits.greatest(inference.logits(text, deadline));
  }

  /** The tokens whose embeddings are the baseline; those of the template stay. */
  private static int[] baselines(Encoding text, Tokenizer tokenizer, Baseline baseline) {
    int start = -1; // zeros
    if (baseline == Baseline.PADDING) {
      start =
          tokenizer
              .specialTokens()
              .pad()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "baseline: this model's tokenizer has no padding token to begin from;"
                              + " take options.baseline(Baseline.ZERO)"));
    }
    int[] baselines = text.ids();
    for (int place = 0; place < baselines.length; place++) {
      if (!text.isSpecial(place)) {
        baselines[place] = start;
      }
    }
    return baselines;
  }

  private List<TokenAttribution> tokens(Encoding text, double[] attributions) {
    List<TokenAttribution> tokens = new ArrayList<>();
    List<String> written = encoder.tokenizer().tokens(text);
    for (int place = 0; place < text.size(); place++) {
      tokens.add(
          new TokenAttribution(
              written.get(place),
              text.sequence(place),
              text.start(place),
              text.end(place),
              attributions[place]));
    }
    return tokens;
  }
}
