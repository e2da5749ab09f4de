package dev.afina.testing;

import dev.afina.Classifier;
import dev.afina.MultiLabelClassifier;
import dev.afina.MultiLabelLoss;
import dev.afina.Regressor;
import dev.afina.TextModelBuilder;
import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the tiny models anew, and the file with some questions of the test data; CONTRIBUTING.md
 * says how. A vocabulary of the frequent words and of letters, random weights, then plain
 * trainings. No part of the build: its name does not end in Test, and it asks for a property.
 */
@EnabledIfSystemProperty(named = "afina.tinyModels", matches = "make")
final class TinyModelRecipe {
  private static final Path BANKING77 =
      Path.of("..", "examples", "src", "main", "resources", "banking77");
  private static final List<String> INTENTS =
      List.of(
          "age_limit",
          "card_arrival",
          "change_pin",
          "exchange_rate",
          "lost_or_stolen_card",
          "terminate_account");
  private static final Pattern WORD = Pattern.compile("[a-z]+|[0-9]|[^\\sa-z0-9]");
  private static final int SEED = 42;
  private static final int HIDDEN = 32;
  private static final int INTERMEDIATE = 64;
  private static final int MAX_TOKENS = 64;

  private static final Path RESOURCES =
      Path.of("src", "main", "resources", "dev", "afina", "testing");
  private static final Path QUESTIONS = Path.of("src", "test", "resources", "questions.csv");

  @TempDir Path base;

  @Test
  void make() throws IOException {
    Dataset train = questions("train.csv.gz");
    writeBase(train);
    try (Classifier model = recipe(Classifier.builder(), 30).fit(train)) {
      model.save(RESOURCES.resolve("tiny-classifier"));
    }
    Random random = new Random(SEED);
    try (MultiLabelClassifier model =
        recipe(MultiLabelClassifier.builder(), 20)
            .loss(MultiLabelLoss.binaryCrossEntropy())
            .fit(severalLabels(train, 3000, random))) {
      model.save(RESOURCES.resolve("tiny-multi-label-classifier"));
    }
    try (Regressor model =
        recipe(Regressor.builder(), 20).targets("questions").fit(counted(train, 3000, random))) {
      model.save(RESOURCES.resolve("tiny-regressor"));
    }
    writeCsv(QUESTIONS, firstOfEach(10, questions("test.csv.gz")));
  }

  static Dataset questions(String file) throws IOException {
    return Dataset.csv(
            BANKING77.resolve(file), CsvFormat.withHeader().text("text").label("category"))
        .filter(row -> INTENTS.contains(row.label()));
  }

  private static List<Example> firstOfEach(int count, Dataset questions) {
    return INTENTS.stream()
        .flatMap(
            intent -> questions.stream().filter(row -> intent.equals(row.label())).limit(count))
        .toList();
  }

  private static void writeCsv(Path file, List<Example> rows) throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (Example row : rows) {
      csv.append('"').append(row.text().replace("\"", "\"\"")).append('"');
      csv.append(',').append(row.label()).append('\n');
    }
    Files.writeString(file, csv);
  }

  /** One question, or two of different intents. */
  static Dataset severalLabels(Dataset questions, int count, Random random) {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Example first = questions.get(random.nextInt(questions.size()));
      Example second = questions.get(random.nextInt(questions.size()));
      boolean both = random.nextBoolean() && !second.label().equals(first.label());
      rows.add(
          both
              ? Example.of(first.text() + " " + second.text())
                  .withLabels(List.of(first.label(), second.label()))
              : Example.of(first.text()).withLabels(List.of(first.label())));
    }
    return Dataset.of(rows);
  }

  /** One to three questions, each with its mark. */
  static Dataset counted(Dataset questions, int count, Random random) {
    List<Example> marked =
        questions.stream()
            .filter(row -> row.text().endsWith("?") && row.text().length() < 60)
            .toList();
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = 1 + random.nextInt(3);
      String text =
          random
              .ints(number, 0, marked.size())
              .mapToObj(row -> marked.get(row).text())
              .collect(Collectors.joining(" "));
      rows.add(Example.of(text).withValues(number));
    }
    return Dataset.of(rows);
  }

  private <B extends TextModelBuilder<B, ?, ?, ?>> B recipe(B builder, int epochs) {
    return builder
        .checkpoint(base)
        .epochs(epochs)
        .batchSize(16)
        .learningRate(2e-3)
        .warmup(0.1)
        .weightDecay(0.01)
        .seed(SEED);
  }

  private void writeBase(Dataset train) throws IOException {
    List<String> vocabulary = vocabulary(train);
    Files.write(base.resolve("vocab.txt"), vocabulary);
    Files.writeString(
        base.resolve("tokenizer_config.json"),
        """
        {"do_lower_case": true, "model_max_length": %d, "tokenizer_class": "BertTokenizer"}
        """
            .formatted(MAX_TOKENS));
    Files.writeString(
        base.resolve("config.json"),
        """
        {
          "architectures": ["BertModel"],
          "attention_probs_dropout_prob": 0.1,
          "hidden_act": "gelu",
          "hidden_dropout_prob": 0.1,
          "hidden_size": %d,
          "intermediate_size": %d,
          "layer_norm_eps": 1e-12,
          "max_position_embeddings": %d,
          "model_type": "bert",
          "num_attention_heads": 4,
          "num_hidden_layers": 2,
          "pad_token_id": 0,
          "type_vocab_size": 2,
          "vocab_size": %d
        }
        """
            .formatted(HIDDEN, INTERMEDIATE, MAX_TOKENS, vocabulary.size()));
    Safetensors.write(
        base.resolve("model.safetensors"), weights(vocabulary.size()), Safetensors.PYTORCH);
  }

  /** Special tokens, marks, letters and digits, also inside of words, and words that come twice. */
  private static List<String> vocabulary(Dataset train) {
    Map<String, Integer> counts = new TreeMap<>();
    train.stream()
        .flatMap(row -> WORD.matcher(row.text().toLowerCase(Locale.ROOT)).results())
        .map(MatchResult::group)
        .forEach(word -> counts.merge(word, 1, Integer::sum));
    TreeSet<String> pieces = new TreeSet<>();
    counts.forEach(
        (word, count) -> {
          if (count > 1) {
            pieces.add(word);
          }
        });
    IntStream.rangeClosed('a', 'z')
        .mapToObj(Character::toString)
        .forEach(letter -> both(pieces, letter));
    IntStream.rangeClosed('0', '9')
        .mapToObj(Character::toString)
        .forEach(digit -> both(pieces, digit));
    pieces.addAll(List.of("##s", "##ed", "##ing", "##er", "##ly", "##es"));
    LinkedHashSet<String> all =
        new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    all.addAll(pieces);
    return List.copyOf(all);
  }

  private static void both(Set<String> pieces, String character) {
    pieces.add(character);
    pieces.add("##" + character);
  }

  private static Map<String, TensorData> weights(int vocabulary) {
    Random random = new Random(SEED);
    Map<String, TensorData> weights = new TreeMap<>();
    matrix(weights, "embeddings.word_embeddings.weight", random, vocabulary, HIDDEN);
    matrix(weights, "embeddings.position_embeddings.weight", random, MAX_TOKENS, HIDDEN);
    matrix(weights, "embeddings.token_type_embeddings.weight", random, 2, HIDDEN);
    norm(weights, "embeddings.LayerNorm");
    for (int layer = 0; layer < 2; layer++) {
      String key = "encoder.layer." + layer + ".";
      for (String part : List.of("query", "key", "value")) {
        linear(weights, key + "attention.self." + part, random, HIDDEN, HIDDEN);
      }
      linear(weights, key + "attention.output.dense", random, HIDDEN, HIDDEN);
      norm(weights, key + "attention.output.LayerNorm");
      linear(weights, key + "intermediate.dense", random, INTERMEDIATE, HIDDEN);
      linear(weights, key + "output.dense", random, HIDDEN, INTERMEDIATE);
      norm(weights, key + "output.LayerNorm");
    }
    linear(weights, "pooler.dense", random, HIDDEN, HIDDEN);
    return weights;
  }

  private static void linear(
      Map<String, TensorData> weights, String key, Random random, int outputs, int inputs) {
    matrix(weights, key + ".weight", random, outputs, inputs);
    weights.put(key + ".bias", constant(0, outputs));
  }

  private static void norm(Map<String, TensorData> weights, String key) {
    weights.put(key + ".weight", constant(1, HIDDEN));
    weights.put(key + ".bias", constant(0, HIDDEN));
  }

  private static void matrix(
      Map<String, TensorData> weights, String key, Random random, int rows, int columns) {
    ByteBuffer bytes = bytes(rows * columns);
    for (int i = 0; i < rows * columns; i++) {
      bytes.putFloat((float) (0.1 * random.nextGaussian()));
    }
    weights.put(key, TensorData.floats(bytes.flip(), rows, columns));
  }

  private static TensorData constant(float value, int size) {
    ByteBuffer bytes = bytes(size);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(value);
    }
    return TensorData.floats(bytes.flip(), size);
  }

  private static ByteBuffer bytes(int floats) {
    return ByteBuffer.allocate(4 * floats).order(ByteOrder.LITTLE_ENDIAN);
  }
}
