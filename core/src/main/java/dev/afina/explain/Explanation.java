package dev.afina.explain;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.files.VisibleText;
import dev.afina.internal.json.Members;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The contributions of the tokens and words of a text to one output of a model: the logit of a
 * label (before softmax or sigmoid) or the value of a regression. Immutable. Jackson and Gson
 * serialize it as {@link #asMap()}.
 *
 * @param text the text
 * @param pair the second text, or null
 * @param label the label or target
 * @param method how the attributions were computed
 * @param steps the number of points on the path from the baseline that were evaluated
 * @param output the output for the text
 * @param baselineOutput the output for the baseline
 * @param tokens the tokens that the model read, special tokens included, in text order
 * @param cutTokens the number of tokens that were cut off, a lower bound for a very long text
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public record Explanation(
    String text,
    @Nullable String pair,
    String label,
    ExplainOptions.Method method,
    int steps,
    double output,
    double baselineOutput,
    List<TokenAttribution> tokens,
    int cutTokens)
    implements WrittenAsMap {

  /**
   * The greatest completeness error with which an explanation is still {@linkplain #isComplete()
   * complete}.
   */
  public static final double TOLERANCE = 0.01;

  /**
   * The minimum denominator of the completeness error; float32 has too few digits for smaller
   * differences of outputs.
   */
  public static final double LEAST_DIFFERENCE = 1e-3;

  /**
   * Words with less than this share of the greatest attribution are not marked in {@link
   * #markedText()}.
   */
  private static final double MARKED_FROM = 0.1;

  private static final int SHOWN_WORDS = 5;
  private static final int LONGEST_WORD = 40;
  private static final int LONGEST_TEXT = 2_000;

  /** Copies the list. */
  public Explanation {
    tokens = List.copyOf(tokens);
  }

  /**
   * The words that the model read, in text order, each with the sum of its tokens' attributions. In
   * scripts without spaces each token is a word. Unmodifiable.
   */
  public List<WordAttribution> words() {
    List<WordAttribution> words = new ArrayList<>(wordsOf(text, 0));
    if (pair != null) {
      words.addAll(wordsOf(pair, 1));
    }
    return List.copyOf(words);
  }

  private List<WordAttribution> wordsOf(String of, int sequence) {
    return Words.of(of, sequence, tokens.stream().filter(t -> t.sequence() == sequence).toList());
  }

  /**
   * The JSON form: {@code text}, {@code pair}, {@code label}, {@code method}, {@code steps}, {@code
   * output}, {@code baselineOutput}, {@code completenessError} if the method has one, {@code
   * cutTokens}, and the lists {@code words} and {@code tokens}, whose items have {@code word} or
   * {@code token}, {@code sequence}, {@code start}, {@code end} and {@code attribution}. Missing
   * values are left out. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    OptionalDouble error = completenessError();
    return new Members()
        .with("text", text)
        .with("pair", pair)
        .with("label", label)
        .with("method", method.name())
        .with("steps", steps)
        .with("output", output)
        .with("baselineOutput", baselineOutput)
        .with("completenessError", error.isPresent() ? error.getAsDouble() : null)
        .with("cutTokens", cutTokens)
        .with("words", words().stream().map(Explanation::asMap).toList())
        .with("tokens", tokens.stream().map(Explanation::asMap).toList())
        .asMap();
  }

  private static Map<String, Object> asMap(WordAttribution word) {
    return attribution(
        "word", word.word(), word.sequence(), word.start(), word.end(), word.attribution());
  }

  private static Map<String, Object> asMap(TokenAttribution token) {
    return attribution(
        "token", token.token(), token.sequence(), token.start(), token.end(), token.attribution());
  }

  private static Map<String, Object> attribution(
      String kind, String of, int sequence, int start, int end, double attribution) {
    return new Members()
        .with(kind, of)
        .with("sequence", sequence)
        .with("start", start)
        .with("end", end)
        .with("attribution", attribution)
        .asMap();
  }

  /**
   * The words with the greatest absolute attributions, the greatest first.
   *
   * @param most the maximum number of words
   */
  public List<WordAttribution> topWords(int most) {
    return words().stream()
        .sorted(Comparator.comparingDouble(w -> -Math.abs(w.attribution())))
        .limit(most)
        .toList();
  }

  /**
   * The relative error of the sum of integrated gradients: |Σ attributions − (output − baseline
   * output)| / max(|output − baseline output|, 0.001). Empty for gradient times input, whose sum
   * has no meaning.
   */
  public OptionalDouble completenessError() {
    if (method != ExplainOptions.Method.INTEGRATED_GRADIENTS) {
      return OptionalDouble.empty();
    }
    double gained = output - baselineOutput;
    double sum = tokens.stream().mapToDouble(TokenAttribution::attribution).sum();
    return OptionalDouble.of(Math.abs(sum - gained) / Math.max(Math.abs(gained), LEAST_DIFFERENCE));
  }

  /**
   * Whether the completeness error is at most {@link #TOLERANCE}; always true for a method without
   * one.
   */
  public boolean isComplete() {
    return !(completenessError().orElse(0) > TOLERANCE);
  }

  /**
   * The text on one line, for logs, with the most important words in brackets: {@code I am so
   * [happy +1.23] about the [new -0.40] season!} Only the beginning of a long text is shown.
   */
  public String markedText() {
    String marked = marked(text, 0);
    return pair == null ? marked : marked + " | " + marked(pair, 1);
  }

  private String marked(String of, int sequence) {
    double strongest = words().stream().mapToDouble(w -> Math.abs(w.attribution())).max().orElse(0);
    StringBuilder marked = new StringBuilder();
    int at = 0;
    for (WordAttribution word : wordsOf(of, sequence)) {
      if (strongest > 0 && Math.abs(word.attribution()) >= MARKED_FROM * strongest) {
        marked.append(of, at, word.start()).append('[').append(of, word.start(), word.end());
        marked.append(String.format(Locale.ROOT, " %+.2f]", word.attribution()));
        at = word.end();
      }
    }
    return VisibleText.line(marked.append(of.substring(at)).toString(), LONGEST_TEXT);
  }

  /**
   * One line, for example {@code joy 2.310 (baseline -0.420): +1.230 happy, +0.700 season, -0.400
   * not}: the most important words, followed by the completeness error if it is too large.
   */
  @Override
  public String toString() {
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s %.3f (baseline %.3f):",
                VisibleText.line(label, LONGEST_WORD),
                output,
                baselineOutput));
    String separator = " ";
    for (WordAttribution word : topWords(SHOWN_WORDS)) {
      line.append(
          String.format(
              Locale.ROOT,
              "%s%+.3f %s",
              separator,
              word.attribution(),
              VisibleText.line(word.word(), LONGEST_WORD)));
      separator = ", ";
    }
    if (!isComplete()) {
      line.append(
          String.format(
              Locale.ROOT,
              "; attributions miss the difference by %.1f %% after %d steps",
              100 * completenessError().orElse(0),
              steps));
    }
    return line.toString();
  }
}
