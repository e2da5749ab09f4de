package dev.afina.robustness;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A BERT of any size with random weights and a few words, as a folder: what takes long in native
 * code needs width, and no wide model is small enough to be committed.
 */
final class RandomModel {
  private static final List<String> WORDS =
      List.of(
          "today", "noise", "happy", "the", "old", "house", "day", "of", "friend", "look", "week");
  private static final int POSITIONS = 64;

  private RandomModel() {}

  /** Writes the files that {@code Classifier.load} reads. */
  static void write(Path folder, int hidden, int layers) throws IOException {
    write(folder, hidden, layers, POSITIONS, 1);
  }

  /**
   * Writes the files that {@code Classifier.load} reads.
   *
   * @param positions the longest text in tokens
   * @param seed of the weights
   */
  static void write(Path folder, int hidden, int layers, int positions, int seed)
      throws IOException {
    Files.createDirectories(folder);
    List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
    vocabulary.addAll(WORDS);
    Files.write(folder.resolve("vocab.txt"), vocabulary);
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"do_lower_case\": true, \"model_max_length\": " + positions + "}");
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "hidden_act": "gelu",
         "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
         "max_position_embeddings": %d, "type_vocab_size": 2, "vocab_size": %d, "pad_token_id": 0,
         "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "layer_norm_eps": 1e-12,
         "initializer_range": 0.02, "id2label": {"0": "anger", "1": "joy", "2": "sadness"},
         "label2id": {"anger": 0, "joy": 1, "sadness": 2}}
        """
            .formatted(hidden, 4 * hidden, layers, hidden / 32, positions, vocabulary.size()));
    writeWeights(
        folder.resolve("model.safetensors"),
        shapes(hidden, layers, positions, vocabulary.size()),
        seed);
  }

  /** A text of that many words, each time another one. */
  static String text(Random random, int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
        .collect(Collectors.joining(" "));
  }

  private static Map<String, long[]> shapes(int hidden, int layers, int positions, int words) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("bert.embeddings.word_embeddings.weight", new long[] {words, hidden});
    shapes.put("bert.embeddings.position_embeddings.weight", new long[] {positions, hidden});
    shapes.put("bert.embeddings.token_type_embeddings.weight", new long[] {2, hidden});
    norm(shapes, "bert.embeddings.LayerNorm", hidden);
    for (int layer = 0; layer < layers; layer++) {
      String at = "bert.encoder.layer." + layer;
      for (String name : List.of("self.query", "self.key", "self.value", "output.dense")) {
        linear(shapes, at + ".attention." + name, hidden, hidden);
      }
      norm(shapes, at + ".attention.output.LayerNorm", hidden);
      linear(shapes, at + ".intermediate.dense", 4L * hidden, hidden);
      linear(shapes, at + ".output.dense", hidden, 4L * hidden);
      norm(shapes, at + ".output.LayerNorm", hidden);
    }
    linear(shapes, "bert.pooler.dense", hidden, hidden);
    linear(shapes, "classifier", 3, hidden);
    return shapes;
  }

  private static void linear(Map<String, long[]> shapes, String name, long out, long in) {
    shapes.put(name + ".weight", new long[] {out, in});
    shapes.put(name + ".bias", new long[] {out});
  }

  private static void norm(Map<String, long[]> shapes, String name, long size) {
    shapes.put(name + ".weight", new long[] {size});
    shapes.put(name + ".bias", new long[] {size});
  }

  /** The length of the header, the header, and the numbers one after the other. */
  private static void writeWeights(Path file, Map<String, long[]> shapes, int seed)
      throws IOException {
    JsonObject header = new JsonObject();
    long end = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      JsonArray shape = new JsonArray();
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      long size = Float.BYTES;
      for (long dimension : tensor.getValue()) {
        shape.add(dimension);
        size *= dimension;
      }
      end += size;
      offsets.add(end);
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", "F32");
      entry.add("shape", shape);
      entry.add("data_offsets", offsets);
      header.add(tensor.getKey(), entry);
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        DataOutputStream data = new DataOutputStream(out)) {
      data.writeLong(Long.reverseBytes(text.length));
      data.write(text);
      byte[] numbers = numbers(new Random(seed));
      for (long left = end; left > 0; left -= numbers.length) {
        data.write(numbers, 0, (int) Math.min(left, numbers.length));
      }
    }
  }

  private static byte[] numbers(Random random) {
    ByteBuffer numbers =
        ByteBuffer.allocate(Float.BYTES * 100_003).order(ByteOrder.LITTLE_ENDIAN); // a prime
    while (numbers.hasRemaining()) {
      numbers.putFloat((float) (0.02 * random.nextGaussian()));
    }
    return numbers.array();
  }
}
