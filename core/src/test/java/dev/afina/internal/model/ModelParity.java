package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.PlainForm;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Measures how far a model of Afina is from the same in transformers, by the golden files of
 * interop/golden_models.py. {@link ModelParityTest} says how far it may be.
 */
public final class ModelParity {
  private static final int LABELS = 3;

  private ModelParity() {}

  /**
   * Differences of logits.
   *
   * @param otherIds the texts whose token ids differ
   * @param single of each text by itself
   * @param pairs of each pair of texts by itself
   * @param together of each text of a batch of all lengths, which transformers padded
   * @param highest the greatest |logit| of transformers
   */
  public record Logits(
      List<String> otherIds,
      List<Difference> single,
      List<Difference> pairs,
      List<Difference> together,
      double highest) {}

  /**
   * Logits of packed weights.
   *
   * @param greatest difference of a logit
   * @param texts in the batch
   * @param sameLabel how many of them have their highest logit where transformers has it
   */
  public record Packed(double greatest, int texts, int sameLabel) {}

  /**
   * Differences of a loss and its gradients.
   *
   * @param loss absolute
   * @param ours the parameters that we have a gradient of
   * @param theirs the parameters that transformers has a gradient of
   * @param relative ‖ours − theirs‖ / ‖theirs‖ of each parameter
   */
  public record Gradients(
      Difference loss, Set<String> ours, Set<String> theirs, List<Difference> relative) {}

  /** Logits in float32 by the plain form. */
  public static Logits logits(GoldenModel golden) throws IOException {
    JsonObject file = Golden.json(golden.name() + "/golden.json");
    JsonArray cases = file.getAsJsonArray("cases");
    List<String> otherIds = new ArrayList<>();
    List<Difference> single = new ArrayList<>();
    List<Difference> pairs = new ArrayList<>();
    List<Difference> together = new ArrayList<>();
    double highest = 0;
    try (Model model = model(golden);
        Tokenizer tokenizer = tokenizer(golden);
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      List<Encoding> texts = encode(cases, tokenizer, model);
      for (int i = 0; i < texts.size(); i++) {
        JsonObject expected = cases.get(i).getAsJsonObject();
        String text = expected.get("text").getAsString();
        if (!Arrays.equals(texts.get(i).ids(), Golden.ints(expected.get("ids")))) {
          otherIds.add(text);
        }
        float[] logits = model.logits(model.batch(List.of(texts.get(i)), scope)).toFloatArray();
        float[] theirs = Golden.floats(expected.get("logits"));
        for (float logit : theirs) {
          highest = Math.max(highest, Math.abs(logit));
        }
        (expected.get("pair").isJsonNull() ? single : pairs)
            .add(Difference.greatest(text, logits, theirs));
      }
      JsonObject batched = file.getAsJsonObject("batch");
      int[] indexes = Golden.ints(batched.get("indexes"));
      PackedBatch batch = model.batch(Arrays.stream(indexes).mapToObj(texts::get).toList(), scope);
      float[] logits = model.logits(batch).toFloatArray();
      for (int i = 0; i < indexes.length; i++) {
        int index = batch.index(i);
        together.add(
            Difference.greatest(
                cases.get(indexes[index]).getAsJsonObject().get("text").getAsString(),
                row(logits, i),
                Golden.floats(batched.getAsJsonArray("logits").get(index))));
      }
      return new Logits(otherIds, single, pairs, together, highest);
    }
  }

  /** Logits of all texts and pairs in one batch, by weights packed in a format. */
  public static Packed packed(GoldenModel golden, PackedFormat format) throws IOException {
    JsonArray cases = Golden.json(golden.name() + "/golden.json").getAsJsonArray("cases");
    try (Model model = model(golden);
        Tokenizer tokenizer = tokenizer(golden);
        PackedModel packed = model.pack(format).orElseThrow();
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = model.batch(encode(cases, tokenizer, model), scope);
      float[] logits = packed.network().logits(batch, Dropout.NONE).toFloatArray();
      List<Difference> differences = new ArrayList<>();
      int sameLabel = 0;
      for (int i = 0; i < cases.size(); i++) {
        JsonObject expected = cases.get(batch.index(i)).getAsJsonObject();
        float[] theirs = Golden.floats(expected.get("logits"));
        float[] ours = row(logits, i);
        differences.add(Difference.greatest(expected.get("text").getAsString(), ours, theirs));
        sameLabel += highest(ours) == highest(theirs) ? 1 : 0;
      }
      return new Packed(Difference.greatest(differences), cases.size(), sameLabel);
    }
  }

  /** The gradients of the mean cross entropy of a few texts, without dropout. */
  public static Gradients gradients(GoldenModel golden) throws IOException {
    JsonObject file = Golden.json(golden.name() + "/golden.json");
    JsonObject expected = file.getAsJsonObject("gradients");
    int[] indexes = Golden.ints(expected.get("indexes"));
    int[] labels = Golden.ints(expected.get("labels"));
    try (Model model = model(golden);
        Tokenizer tokenizer = tokenizer(golden);
        Autograd.Mode on = Autograd.on();
        NDManager scope = PyTorch.newManager()) {
      List<Encoding> texts = encode(file.getAsJsonArray("cases"), tokenizer, model);
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      model.arrays().forEach((key, array) -> leaves.put(key, Autograd.leaf(array, scope)));
      PackedBatch batch = model.batch(Arrays.stream(indexes).mapToObj(texts::get).toList(), scope);
      NDArray logits =
          model
              .bind(new PlainForm(leaves, model.constants()))
              .logits(batch, Dropout.seeded(1, OptionalDouble.of(0)));
      float[] truth = new float[LABELS * indexes.length];
      for (int i = 0; i < indexes.length; i++) {
        truth[LABELS * i + labels[batch.index(i)]] = -1f / indexes.length;
      }
      NDArray loss =
          logits.logSoftmax(1).mul(scope.create(truth, new Shape(indexes.length, LABELS))).sum();
      Autograd.backward(loss);

      Map<String, float[]> theirs = Golden.tensors(golden.name() + "/gradients.safetensors");
      List<Difference> relative = new ArrayList<>();
      theirs.forEach(
          (key, values) -> {
            NDArray leaf = leaves.get(key);
            if (leaf != null) {
              float[] ours = Autograd.gradient(leaf).toFloatArray();
              relative.add(new Difference(key, relativeDifference(ours, values)));
            }
          });
      return new Gradients(
          Difference.absolute("loss", loss.getFloat(), expected.get("loss").getAsFloat()),
          leaves.keySet(),
          theirs.keySet(),
          relative);
    }
  }

  /**
   * The tensors of a new head, which are drawn.
   *
   * @param folder of a checkpoint without head
   * @param expected the golden file of the tensors
   */
  public static List<Difference> newHead(String folder, String expected) throws IOException {
    List<Difference> differences = new ArrayList<>();
    try (Model model = Golden.model(folder, ModelLoader.HeadWeights.KEPT)) {
      Golden.tensors(expected)
          .forEach(
              (key, values) ->
                  differences.add(
                      Difference.greatest(key, model.array(key).toFloatArray(), values)));
    }
    return differences;
  }

  private static Model model(GoldenModel golden) throws IOException {
    return Golden.model(golden.modelFolder(), ModelLoader.HeadWeights.REQUIRED);
  }

  private static Tokenizer tokenizer(GoldenModel golden) throws IOException {
    return Tokenizer.load(Golden.path(golden.tokenizerFolder()));
  }

  private static List<Encoding> encode(JsonArray cases, Tokenizer tokenizer, Model model) {
    return Golden.encode(cases, tokenizer, model.architecture().spec().maxTokens());
  }

  private static float[] row(float[] logits, int i) {
    return Arrays.copyOfRange(logits, LABELS * i, LABELS * (i + 1));
  }

  private static int highest(float[] logits) {
    int highest = 0;
    for (int c = 1; c < logits.length; c++) {
      highest = logits[c] > logits[highest] ? c : highest;
    }
    return highest;
  }

  /**
   * ‖a − b‖ / ‖b‖. The gradient of a key's bias is exactly zero in theory (softmax ignores a
   * shift), so it is rounding noise on both sides and compared with an absolute bound.
   */
  private static double relativeDifference(float[] a, float[] b) {
    if (a.length != b.length) {
      return Double.POSITIVE_INFINITY;
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(b[i], 2);
    }
    return norm < 1e-10 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }
}
