package dev.afina.card;

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
 * The README.md of a model on the Hugging Face Hub: metadata that the Hub and Python read, and a
 * text for people with labels, data, results, training options and how to load it.
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
 * <p>Writing over a card keeps what a person wrote: metadata and sections that they added, changed
 * or removed stay as they left them. Generated sections stand between comments {@code <!--
 * afina:begin … -->} and {@code <!-- afina:end … -->}, and are replaced only while they are as they
 * were generated; a comment at the end of the card records that.
 *
 * <p>Immutable. It knows facts of the model and not the model, so it holds no native memory.
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
   * Starts the card of a model. {@code Classifier.card(name)} calls this with what the classifier
   * knows.
   *
   * @param name {@code owner/name} on the Hub, or a plain name
   * @throws IllegalArgumentException if the Hub would refuse the name
   */
  public static Builder of(ModelFacts facts, String name) {
    CardFields.requireHubName("model", name);
    return new Builder(facts, name);
  }

  /**
   * Refuses what a card would: for programs that train before there is a model to make the card of.
   *
   * @param name as in {@link #of}
   * @param languages as in {@link Builder#language}
   * @param license as in {@link Builder#license}; null for none
   * @throws IllegalArgumentException as these do
   */
  public static void check(String name, List<String> languages, @Nullable String license) {
    CardFields.requireHubName("model", name);
    languages.forEach(CardFields::requireLanguage);
    if (license != null) {
      CardFields.requireLicense(license);
    }
  }

  /**
   * Writes README.md into a folder, or brings this card into the one that is there.
   *
   * @param folder that of the model; must exist
   * @return the file
   * @throws IOException if it cannot be read or written, or the card there is not UTF-8, over 10 MB
   *     long, or has metadata that is not YAML or is more than a card needs (over 3 MB, over 100
   *     levels deep, with tags, or with aliases that stand for themselves); it stays as it was
   */
  public Path writeTo(Path folder) throws IOException {
    return writeTo(folder, folder.resolve(FILE).toString());
  }

  /**
   * Writes README.md into a folder that holds a copy of a card.
   *
   * @param folder as in {@link #writeTo(Path)}
   * @param shownAs names the card in messages, such as {@code README.md of owner/name}
   * @return the file
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
   * A card that exists, with what is generated brought up to date and what a person wrote left.
   *
   * @param existing the text of a README.md
   * @throws IllegalArgumentException if its metadata is not YAML
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
            + body.body().replaceFirst("\\n+\\z", "")
            + "\n\n"
            + new CardRecord(metadata.hashes(), body.hashes()).comment();
    return windows ? text.replace("\n", "\r\n") : text;
  }

  /** The text of a new README.md. */
  @Override
  public String toString() {
    return mergedInto("");
  }

  /** The model's name, as it was given. */
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

  /** Collects what only a person knows; all of it may be left out. Not thread safe. */
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
      this.baseModel = facts.training().flatMap(TrainingFacts::hubName).orElse(null);
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
     * The languages of the texts, as ISO 639 codes.
     *
     * @throws IllegalArgumentException for anything else than such a code or {@code multilingual}
     */
    public Builder language(String... codes) {
      for (String code : codes) {
        CardFields.requireLanguage(code);
        languages.add(code);
      }
      return this;
    }

    /**
     * The licence, by the Hub's identifier such as {@code apache-2.0}.
     *
     * @throws IllegalArgumentException if it is no identifier
     */
    public Builder license(String identifier) {
      CardFields.requireLicense(identifier);
      this.license = identifier;
      return this;
    }

    /**
     * The model on the Hub that this one was fine-tuned from. Default: the one that {@code
     * checkpoint(...)} named, where it did.
     *
     * @throws IllegalArgumentException if the name is none
     */
    public Builder baseModel(String name) {
      CardFields.requireHubName("base model", name);
      this.baseModel = name;
      return this;
    }

    /** Words to be found by; {@code afina} is one. */
    public Builder tags(String... tags) {
      this.tags.addAll(List.of(tags));
      return this;
    }

    /**
     * A data set of the Hub that the model was trained on.
     *
     * @throws IllegalArgumentException if the name is none
     */
    public Builder dataset(String id) {
      CardFields.requireHubName("data set", id);
      datasets.add(id);
      return this;
    }

    /**
     * The figures of an evaluation of single labels, for the tables and for the Hub's list of
     * results.
     *
     * @param data what was evaluated
     * @param matrix counts by true and predicted label
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
     * The figures of any evaluation, for the table and for the Hub's list of results.
     *
     * @param data what was evaluated
     * @param texts how many it has
     * @param metrics by name, as {@code evaluation.metrics()} gives them; shown in their order
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

    /** What the model does, in Markdown. Default: its labels and its results in a sentence. */
    public Builder description(String markdown) {
      this.description = CardFields.markdown("description", markdown);
      return this;
    }

    /** What it is for and what not, in Markdown. */
    public Builder intendedUse(String markdown) {
      this.intendedUse = CardFields.markdown("intendedUse", markdown);
      return this;
    }

    /** What is known to go wrong, in Markdown. */
    public Builder limits(String markdown) {
      this.limits = CardFields.markdown("limits", markdown);
      return this;
    }

    /** Where the texts come from and who labelled them, in Markdown. */
    public Builder data(String markdown) {
      this.data = CardFields.markdown("data", markdown);
      return this;
    }

    /** The card as it is known now. */
    public ModelCard build() {
      return new ModelCard(new Builder(this));
    }
  }
}
