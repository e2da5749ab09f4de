package dev.afina.internal.saved;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.CheckpointException;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ConfigJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the outputs of a saved model mean, by its config.json: {@code problem_type}, {@code
 * id2label}, {@code label2id} and {@code num_labels}.
 */
public final class ConfigLabels {
  private static final Logger log = LoggerFactory.getLogger(ConfigLabels.class);
  private static final int MAX_UNNAMED_LABELS = 100_000;

  private ConfigLabels() {}

  /**
   * The labels of a model that is to be loaded as one of this type. A model of another type is
   * rejected, because its numbers would look right and mean something else.
   *
   * @param where names the model in messages
   * @throws CheckpointException if the model is of another type, or its labels are invalid
   */
  public static Labels required(ProblemType wanted, JsonObject config, String where)
      throws CheckpointException {
    Labels labels = of(config, where);
    JsonElement told = config.get("problem_type");
    if (told == null || told.isJsonNull()) {
      if (wanted == ProblemType.SINGLE_LABEL && labels.size() < 2) {
        throw new CheckpointException(
            where
                + ": one label only, as regression models have; Regressor.load opens those, a"
                + " Classifier has 2 labels or more");
      }
      warnOfNoType(wanted, labels, where);
      return labels;
    }
    ProblemType type = problemType(told, where);
    if (type != wanted) {
      throw new CheckpointException(
          where + ": problem_type is " + type.key() + ": open it with " + opener(type));
    }
    if (wanted == ProblemType.SINGLE_LABEL && labels.size() < 2) {
      throw new CheckpointException(
          where + ": one label only, expected 2 or more for " + wanted.key());
    }
    return labels;
  }

  /**
   * The type that config.json declares or, if it declares none, the one that transformers assumes
   * in training.
   */
  public static ProblemType problemType(JsonObject config, String where)
      throws CheckpointException {
    JsonElement told = config.get("problem_type");
    if (told != null && !told.isJsonNull()) {
      return problemType(told, where);
    }
    // As transformers takes it in training.
    return of(config, where).size() == 1 ? ProblemType.REGRESSION : ProblemType.SINGLE_LABEL;
  }

  private static ProblemType problemType(JsonElement told, String where)
      throws CheckpointException {
    for (ProblemType type : ProblemType.values()) {
      if (told.equals(new JsonPrimitive(type.key()))) {
        return type;
      }
    }
    throw new CheckpointException(
        where
            + ": problem_type "
            + Excerpt.of(told)
            + " is not supported; supported are "
            + Arrays.stream(ProblemType.values())
                .map(ProblemType::key)
                .collect(Collectors.joining(", ")));
  }

  private static void warnOfNoType(ProblemType wanted, Labels labels, String where) {
    boolean usual =
        wanted == ProblemType.SINGLE_LABEL
            || (wanted == ProblemType.REGRESSION && labels.size() == 1);
    if (!usual) {
      log.warn(
          "{}: says nothing of problem_type; its {} outputs are taken for those of {}",
          where,
          labels.size(),
          wanted.key());
    }
  }

  private static String opener(ProblemType type) {
    return switch (type) {
      case SINGLE_LABEL -> "Classifier.load";
      case MULTI_LABEL -> "MultiLabelClassifier.load";
      case REGRESSION -> "Regressor.load";
    };
  }

  /** The names of the labels; as in transformers, LABEL_0 and LABEL_1 if config.json has none. */
  public static Labels of(JsonObject config, String where) throws CheckpointException {
    return declared(config, where).orElseGet(() -> Labels.of("LABEL_0", "LABEL_1"));
  }

  /** The names of the labels, if they are not just LABEL_0, LABEL_1, … */
  public static Optional<Labels> custom(JsonObject config, String where)
      throws CheckpointException {
    return declared(config, where)
        .filter(l -> l.names().stream().anyMatch(name -> !name.matches("LABEL_\\d+")));
  }

  private static Optional<Labels> declared(JsonObject config, String where)
      throws CheckpointException {
    // Files of other tools than transformers may have the number alone.
    ConfigJson numbers = new ConfigJson(config, where);
    int count = numbers.has("num_labels") ? numbers.count("num_labels") : 0;
    JsonElement id2label = config.get("id2label");
    if (id2label == null || id2label.isJsonNull()) {
      if (count > MAX_UNNAMED_LABELS) {
        throw new CheckpointException(
            where + ": num_labels: expected at most " + MAX_UNNAMED_LABELS + ", got " + count);
      }
      return count == 0
          ? Optional.empty()
          : Optional.of(Labels.of(IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList()));
    }
    if (!id2label.isJsonObject()) {
      throw new CheckpointException(
          where + ": id2label: expected an object of names by number, got " + Excerpt.of(id2label));
    }
    Map<Integer, JsonElement> names = byNumber(id2label.getAsJsonObject(), where);
    if (count != 0 && count != names.size()) {
      throw new CheckpointException(
          where
              + (": num_labels " + count + " and id2label, which names " + names.size())
              + ", contradict each other; correct the one that is wrong");
    }
    List<String> ordered = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      JsonElement name = names.get(i);
      if (!(name instanceof JsonPrimitive)) {
        throw new CheckpointException(
            where
                + (": id2label has " + names.size() + " entries but no name for \"" + i + "\"")
                + "; expected one for each number from 0 to "
                + (names.size() - 1));
      }
      ordered.add(name.getAsString());
    }
    try {
      return Optional.of(Labels.ofCheckpoint(ordered));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(where + ": id2label: " + e.getMessage(), e);
    }
  }

  /** The names by number. A number may be written as Python reads it: with spaces or a sign. */
  private static Map<Integer, JsonElement> byNumber(JsonObject names, String where)
      throws CheckpointException {
    Map<Integer, JsonElement> byNumber = new HashMap<>();
    for (Map.Entry<String, JsonElement> name : names.entrySet()) {
      int number;
      try {
        number = Integer.parseInt(name.getKey().strip());
      } catch (NumberFormatException e) {
        throw new CheckpointException(
            where
                + ": id2label: expected a number for each name, got \""
                + Excerpt.of(name.getKey())
                + "\"",
            e);
      }
      if (byNumber.put(number, name.getValue()) != null) {
        throw new CheckpointException(
            where + ": id2label has two names for " + number + "; remove the one that is wrong");
      }
    }
    return byNumber;
  }

  /**
   * Warns if label2id and id2label disagree. A prediction gets its name from id2label, as in
   * transformers; the file does not say which of the two was used in training.
   */
  public static void warnOfContradiction(JsonObject config, Labels labels, String where) {
    if (!(config.get("label2id") instanceof JsonObject numbers)) {
      return;
    }
    for (int i = 0; i < labels.size(); i++) {
      JsonElement number = numbers.get(labels.name(i));
      if (number instanceof JsonPrimitive && !number.getAsString().equals(Integer.toString(i))) {
        log.warn(
            "{}: label2id says {} for the label \"{}\", id2label says {}; id2label counts",
            where,
            Excerpt.of(number),
            Excerpt.of(labels.name(i)),
            i);
        return;
      }
    }
  }
}
