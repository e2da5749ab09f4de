package dev.afina.robustness.mutation;

import ai.djl.ndarray.NDArray;
import dev.afina.Classifier;
import dev.afina.Prediction;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a user does with the folder of a model. */
final class Models {
  static final List<Example> TEXTS =
      List.of(
          Example.of("a happy day"),
          Example.of(""),
          Example.ofPair("so sad", "and angry"),
          Example.ofPair("", ""),
          Example.of("a".repeat(60) + "!"),
          Example.of("É🙂\u0000\uD800 ﬁn\u202E [MASK] <mask>\n"),
          Example.of("one two three ".repeat(40)));

  private Models() {}

  /** Loads, predicts, and for one of four saves and loads again. */
  static String classify(Path folder, Path scratch) throws IOException {
    String result;
    Path saved = scratch.resolve("saved");
    boolean again;
    try (Classifier classifier = Classifier.load(folder)) {
      result = predictions(classifier);
      again = result.hashCode() % 4 == 0;
      if (again) {
        save(classifier, saved);
      }
    }
    if (again) {
      try (Classifier classifier = Classifier.load(saved)) {
        requireEqual(predictions(classifier), result);
      } catch (IOException e) {
        throw new AssertionError("saved, and cannot be loaded: " + e.getMessage(), e);
      }
    }
    return result;
  }

  /** The same of the folder {@code adapter}, whose base lies beside it. */
  static String adapted(Path folder, Path scratch) throws IOException {
    return classify(folder.resolve("adapter"), scratch);
  }

  /** Loads the folder {@code model}, beside which a save was killed, saves there, loads again. */
  static String recover(Path folder, Path scratch) throws IOException {
    Path model = folder.resolve("model");
    String result;
    try (Classifier classifier = Classifier.load(model)) {
      result = predictions(classifier);
      classifier.save(model);
    }
    try (Classifier classifier = Classifier.load(model)) {
      requireEqual(predictions(classifier), result);
    }
    return result;
  }

  /** All that a classifier says of the texts; each score is finite, and they add up to one. */
  static String predictions(Classifier classifier) {
    StringBuilder seen = new StringBuilder();
    seen.append(classifier.labels().names()).append(classifier.maxTokens());
    for (Example text : TEXTS) {
      Prediction prediction;
      try {
        prediction =
            text.pair() == null
                ? classifier.predict(text.text())
                : classifier.predict(text.text(), text.pair());
      } catch (IllegalStateException e) {
        seen.append(' ').append(tooLarge(e));
        continue;
      }
      seen.append(' ').append(prediction.decision());
      double sum = 0;
      for (double probability : prediction.probabilities()) {
        if (!(probability >= 0 && probability <= 1)) {
          throw new AssertionError("a probability is " + probability);
        }
        sum += probability;
      }
      if (Math.abs(sum - 1) > 1e-6) {
        throw new AssertionError("the probabilities add up to " + sum);
      }
      for (float logit : prediction.logits()) {
        if (!Float.isFinite(logit)) {
          throw new AssertionError("a logit is " + logit);
        }
        seen.append(' ').append(logit);
      }
    }
    return seen.toString();
  }

  /** Finite weights can be too large for a text, which only its prediction shows. */
  private static String tooLarge(IllegalStateException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains("expected finite numbers") || message.length() > 1_000) {
      throw e;
    }
    return "too large";
  }

  /** Reads configuration and weights of an encoder that has no head. */
  static String encoder(Path folder, Path scratch) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder);
        Model model = ModelLoader.load(files, 2, ModelLoader.HeadWeights.REPLACED, 7)) {
      StringBuilder seen = new StringBuilder(model.architecture().spec().toString());
      for (Map.Entry<String, NDArray> weight : model.arrays().entrySet()) {
        float[] numbers = weight.getValue().toFloatArray();
        for (float number : numbers) {
          if (!Float.isFinite(number)) {
            throw new AssertionError("a weight of " + weight.getKey() + " is " + number);
          }
        }
        seen.append(' ').append(weight.getKey()).append(Arrays.hashCode(numbers));
      }
      return seen.toString();
    }
  }

  private static void save(Classifier classifier, Path folder) {
    try {
      classifier.save(folder);
    } catch (IOException e) {
      throw new AssertionError("opened, and cannot be saved: " + e.getMessage(), e);
    }
  }

  private static void requireEqual(String again, String result) {
    if (!again.equals(result)) {
      throw new AssertionError("saved and loaded, it gives another result");
    }
  }
}
