package dev.afina;

import com.google.gson.Gson;
import dev.afina.data.Example;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.GoldenModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What interop/golden_insides.py wrote of a model: transformers in float64. */
public record GoldenInsides(int steps, List<Case> cases) {

  /**
   * Integrated gradients.
   *
   * @param attributions by token, of {@link #steps()}
   * @param exact of far more
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Integrated(double baselineOutput, double[] attributions, double[] exact) {}

  /**
   * One text or pair.
   *
   * @param label that is explained: the best one
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Case(
      String text,
      @Nullable String pair,
      int[] ids,
      int label,
      float[] mean,
      float[] first,
      double output,
      Integrated fromPadding,
      Integrated fromZero,
      double[] gradientTimesInput) {

    public Example example() {
      return pair == null ? Example.of(text) : Example.ofPair(text, pair);
    }
  }

  /** One a family, and ModernBERT with a head that reads the mean of all tokens. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(GoldenModel.families());
    names.add("modernbert-mean");
    return names;
  }

  public static GoldenInsides of(String name) throws IOException {
    String file = "/golden/insides/" + name + ".json";
    try (InputStream in = GoldenInsides.class.getResourceAsStream(file)) {
      return new Gson()
          .fromJson(
              new InputStreamReader(Objects.requireNonNull(in, file), StandardCharsets.UTF_8),
              GoldenInsides.class);
    }
  }

  /** The model that was asked; the tokenizer of ModernBERT's second is that of its first. */
  public static String folder(String name) {
    return name.equals("modernbert-mean") ? "modernbert/variant/model" : name + "/model";
  }

  static Classifier load(String name) throws IOException {
    return Classifier.load(Golden.path(folder(name)));
  }
}
