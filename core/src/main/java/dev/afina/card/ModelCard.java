package dev.afina.card;

import dev.afina.internal.files.WriteFailure;
import dev.afina.internal.yaml.CardYaml;
import dev.afina.metrics.Averaging;
import dev.afina.metrics.ConfusionMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The README.md of a model on the Hugging Face Hub: metadata that the Hub and Python read, and text
 * for people about the labels, data, results, training options and how to load the model.
 *
 * <pre>{@code
 * classifier.save(folder);
 * Evaluation evaluation = classifier.evaluate(test);
 * classifier.card("owner/emotions")
 *     .language("en")
 *     .license("apache-2.0")
 *     .dataset("tweet_eval")
 *     .result(
 *         EvaluatedOn.hub("tweet_eval", "emotion", "test"),
 *         evaluation.confusionMatrix(),
 *         evaluation.loss())
 *     .build()
 *     .writeTo(folder);
 * }</pre>
 *
 * <p>Updating a card preserves people's edits: metadata and sections that they added, changed or
 * removed are left as they are. Generated sections are enclosed in the comments {@code <!--
 * afina:begin … -->} and {@code <!-- afina:end … -->} and are replaced only if nobody has edited
 * them, which is checked against hashes in a comment at the end of the card.
 *
 * <p>Immutable. It holds facts about the model rather than the model itself, so it uses no native
 * memory.
 */
public final class ModelCard {
  private static final String FILE = "README.md";

  /** The figures of an evaluation and the data that they were measured on. */
  record Result(
      EvaluatedOn data, int texts, Map<String, Double> metrics, Optional<ConfusionMatrix> matrix) {}

  private final Builder fields;

  private ModelCard(Builder fields) {
    this.fields = fields;
  }

  /**
   * Starts the card of a model. {@code Classifier.card(name)} calls this with the facts that the
   * classifier knows.
   *
   * @param name {@code owner/name} on the Hub, or a plain name
   * @throws IllegalArgumentException if the Hub would reject the name
   */
  public static Builder of(ModelFacts facts, String name) {
    CardFields.requireHubName("model", name);
    return new Builder(facts, name);
  }

  /**
   * Validates the fields of a card, for programs that want to fail before a training rather than
   * after it.
   *
   * @param name as for {@link #of}
   * @param languages as for {@link Builder#language}
   * @param license as for {@link Builder#license}; null for none
   * @throws IllegalArgumentException if one of them is invalid
   */
  public static void check(String name, List<String> languages, @Nullable String license) {
    CardFields.requireHubName("model", name);
    languages.forEach(CardFields::requireLanguage);
    if (license != null) {
      CardFields.requireLicense(license);
    }
  }

  /**
   * Writes README.md into a folder, merging this card into an existing one.
   *
   * @param folder the folder of the model, which must exist
   * @return the path of README.md
   * @throws IOException if it cannot be read or written, or if the existing card is not UTF-8, is
   *     longer than 10 MB, or has metadata that is not YAML or exceeds what a card may contain
   *     (over 3 MB, over 100 levels deep, tags, or recursive aliases). The existing card is then
   *     unchanged
   */
  public Path writeTo(Path folder) throws IOException {
    return writeTo(folder, folder.resolve(FILE).toString());
  }

  /**
   * Writes README.md into a folder, merging this card into an existing one.
   *
   * @param folder as for {@link #writeTo(Path)}
   * @param shownAs the name of the existing card in messages, such as {@code README.md of
   *     owner/name}
   * @return the path of README.md
   * @throws IOException as {@link #writeTo(Path)}
   */
  public Path writeTo(Path folder, String shownAs) throws IOException {
    Path file = folder.resolve(FILE);
    String text;
    if (Files.exists(file)) {
      try {
        text = mergedInto(CardYaml.text(file));
      } catch (IllegalArgumentException e) {
        throw new IOException(
            shownAs + ": " + e.getMessage() + "; correct it, or remove the file", e);
      }
    } else {
      text = toString();
    }
    try {
      return replace(folder, file, text);
    } catch (IOException e) {
      throw WriteFailure.of(file, "what was there is unchanged", e);
    }
  }

  private static Path replace(Path folder, Path file, String text) throws IOException {
    Path temporary = Files.createTempFile(folder, ".README", ".tmp");
    try {
      Files.writeString(temporary, text);
      return Files.move(
          temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Merges this card into an existing one: generated parts are updated, people's edits are
   * preserved.
   *
   * @param existing the text of a README.md
   * @return the text of the merged README.md
   * @throws IllegalArgumentException if the metadata of the existing card is not YAML
   */
  public String mergedInto(String existing) {
    boolean windows = existing.contains("\r\n");
    CardYaml card = CardYaml.of(existing.replace("\r\n", "\n"));
    CardRecord record = CardRecord.in(card.body());
    CardMetadata.Merged metadata = CardMetadata.merge(card, record, GeneratedMetadata.of(this));
    CardBody.Merged body =
        CardBody.merge(CardRecord.removedFrom(card.body()), record, new CardSections(this).all());
    String text =
        "---\n"
            + metadata.yaml()
            + "---\n"
            + withoutLineEnds(body.body())
            + "\n\n"
            + new CardRecord(metadata.hashes(), body.hashes()).comment();
    return windows ? text.replace("\n", "\r\n") : text;
  }

  private static String withoutLineEnds(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    return text.substring(0, end);
  }

  /** The text of a new README.md. */
  @Override
  public String toString() {
    return mergedInto("");
  }

  /** The name of the model, as it was given to {@link #of}. */
  public String name() {
    return fields.name;
  }

  /** The model's name without the owner. */
  public String title() {
    return fields.name.substring(fields.name.indexOf('/') + 1);
  }

  ModelFacts facts() {
    return fields.facts;
  }

  @Nullable String baseModel() {
    return fields.baseModel;
  }

  @Nullable String description() {
    return fields.description;
  }

  @Nullable String intendedUse() {
    return fields.intendedUse;
  }

  @Nullable String limits() {
    return fields.limits;
  }

  @Nullable String dataDescription() {
    return fields.data;
  }

  @Nullable String license() {
    return fields.license;
  }

  Set<String> languages() {
    return fields.languages;
  }

  Set<String> tags() {
    return fields.tags;
  }

  Set<String> datasets() {
    return fields.datasets;
  }

  List<Result> results() {
    return fields.results;
  }

  /** Adds to a card what only people know. Everything is optional. Not thread safe. */
  public static final class Builder {
    private final ModelFacts facts;
    private final String name;
    private final Set<String> languages = new LinkedHashSet<>();
    private final Set<String> tags = new LinkedHashSet<>(List.of("afina"));
    private final Set<String> datasets = new LinkedHashSet<>();
    private final List<Result> results = new ArrayList<>();
    private @Nullable String license;
    private @Nullable String baseModel;
    private @Nullable String description;
    private @Nullable String intendedUse;
    private @Nullable String limits;
    private @Nullable String data;

    private Builder(ModelFacts facts, String name) {
      this.facts = Objects.requireNonNull(facts, "facts");
      this.name = name;
      this.baseModel =
          facts
              .training()
              .flatMap(TrainingFacts::hubName)
              .or(
                  () ->
                      facts
                          .adapterOf()
                          .flatMap(base -> Optional.ofNullable(TrainingFacts.hubName(base))))
              .orElse(null);
    }

    private Builder(Builder other) {
      this.facts = other.facts;
      this.name = other.name;
      this.languages.addAll(other.languages);
      this.tags.addAll(other.tags);
      this.datasets.addAll(other.datasets);
      this.results.addAll(other.results);
      this.license = other.license;
      this.baseModel = other.baseModel;
      this.description = other.description;
      this.intendedUse = other.intendedUse;
      this.limits = other.limits;
      this.data = other.data;
    }

    /**
     * Adds languages of the texts, as ISO 639 codes or {@code multilingual}.
     *
     * @throws IllegalArgumentException if a code is neither
     */
    public Builder language(String... codes) {
      for (String code : codes) {
        CardFields.requireLanguage(code);
        languages.add(code);
      }
      return this;
    }

    /**
     * Sets the licence, by its identifier on the Hub such as {@code apache-2.0}.
     *
     * @throws IllegalArgumentException if it is not in the form of an identifier
     */
    public Builder license(String identifier) {
      CardFields.requireLicense(identifier);
      this.license = identifier;
      return this;
    }

    /**
     * Sets the model on the Hub from which this one was fine-tuned. Default: the one given to
     * {@code checkpoint(...)}, if it is on the Hub.
     *
     * @throws IllegalArgumentException if the name is invalid
     */
    public Builder baseModel(String name) {
      CardFields.requireHubName("base model", name);
      this.baseModel = name;
      return this;
    }

    /** Adds tags by which the model is found; {@code afina} is always one. */
    public Builder tags(String... tags) {
      this.tags.addAll(List.of(tags));
      return this;
    }

    /**
     * Adds a data set on the Hub that the model was trained on.
     *
     * @throws IllegalArgumentException if the id is invalid
     */
    public Builder dataset(String id) {
      CardFields.requireHubName("data set", id);
      datasets.add(id);
      return this;
    }

    /**
     * Adds the results of evaluating a single-label classifier, shown in tables and in the Hub's
     * list of results.
     *
     * @param data the data that was evaluated
     * @param matrix the counts by true and predicted label
     * @param loss the mean cross-entropy
     */
    public Builder result(EvaluatedOn data, ConfusionMatrix matrix, double loss) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("accuracy", matrix.accuracy());
      metrics.put("macro_f1", matrix.f1(Averaging.MACRO));
      metrics.put("weighted_f1", matrix.f1(Averaging.WEIGHTED));
      metrics.put("macro_precision", matrix.precision(Averaging.MACRO));
      metrics.put("macro_recall", matrix.recall(Averaging.MACRO));
      metrics.put("matthews_correlation", matrix.matthewsCorrelation());
      metrics.put("loss", loss);
      return add(data, matrix.total(), metrics, Optional.of(matrix));
    }

    /**
     * Adds the results of any evaluation, shown in a table and in the Hub's list of results.
     *
     * @param data the data that was evaluated
     * @param texts the number of texts
     * @param metrics the metrics by name, such as {@code evaluation.metrics()}; shown in this order
     */
    public Builder result(EvaluatedOn data, int texts, Map<String, Double> metrics) {
      return add(data, texts, metrics, Optional.empty());
    }

    private Builder add(
        EvaluatedOn data,
        int texts,
        Map<String, Double> metrics,
        Optional<ConfusionMatrix> matrix) {
      results.add(
          new Result(
              Objects.requireNonNull(data, "data"),
              texts,
              Collections.unmodifiableMap(new LinkedHashMap<>(metrics)),
              matrix));
      return this;
    }

    /**
     * Sets the description of the model, in Markdown. Default: a sentence with its labels and
     * results.
     */
    public Builder description(String markdown) {
      this.description = CardFields.markdown("description", markdown);
      return this;
    }

    /** Sets what the model is and is not intended for, in Markdown. */
    public Builder intendedUse(String markdown) {
      this.intendedUse = CardFields.markdown("intendedUse", markdown);
      return this;
    }

    /** Sets the known limitations, in Markdown. */
    public Builder limits(String markdown) {
      this.limits = CardFields.markdown("limits", markdown);
      return this;
    }

    /**
     * Sets the description of the data: where the texts come from and who labelled them, in
     * Markdown.
     */
    public Builder data(String markdown) {
      this.data = CardFields.markdown("data", markdown);
      return this;
    }

    /** Creates the card. */
    public ModelCard build() {
      return new ModelCard(new Builder(this));
    }
  }
}
