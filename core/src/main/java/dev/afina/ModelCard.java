package dev.afina;

import dev.afina.data.Labels;
import dev.afina.hub.ModelReference;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.yaml.CardYaml;
import dev.afina.metrics.Averaging;
import dev.afina.metrics.ConfusionMatrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The README.md of a model on the Hugging Face Hub: metadata that the Hub and Python read, and a
 * text for people with labels, data, results, training options and how to load it.
 *
 * <pre>{@code
 * classifier.save(folder);
 * ModelCard.of(classifier, "owner/emotions")
 *     .language("en")
 *     .license("apache-2.0")
 *     .dataset("tweet_eval")
 *     .result(classifier.evaluate(test), EvaluatedOn.hub("tweet_eval", "emotion", "test"))
 *     .build()
 *     .writeTo(folder);
 * }</pre>
 *
 * <p>Writing over a card keeps what a person wrote: metadata and sections that they added, changed
 * or removed stay as they left them. Generated sections stand between comments {@code <!--
 * afina:begin … -->} and {@code <!-- afina:end … -->}, and are replaced only while they are as they
 * were generated; a comment at the end of the card records that.
 *
 * <p>Immutable. It holds nothing of the classifier's memory, so it outlives its closing.
 */
public final class ModelCard {
  private static final String FILE = "README.md";
  private static final String TASK = "text-classification";
  private static final Pattern LANGUAGE =
      Pattern.compile("[a-z]{2,3}(-[A-Za-z0-9]+)*|multilingual");
  private static final Pattern LICENSE = Pattern.compile("[a-z0-9][a-z0-9.+-]*");

  /**
   * The data of an evaluation, as a card names it.
   *
   * @param type the id of a data set on the Hub, or any short name
   * @param name what people call it
   * @param configuration of the data set on the Hub; null where there is only one
   * @param split such as {@code test}; null where the data has no parts
   */
  public record EvaluatedOn(
      String type, String name, @Nullable String configuration, @Nullable String split) {
    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException when one is blank
     */
    public EvaluatedOn {
      if (type.isBlank() || name.isBlank()) {
        throw new IllegalArgumentException("data: type and name must not be blank");
      }
    }

    /**
     * A data set of the Hub.
     *
     * @param id {@code owner/name} or {@code name}
     * @param configuration null where there is only one
     * @param split such as {@code test}
     * @throws IllegalArgumentException when the id is none
     */
    public static EvaluatedOn hub(String id, @Nullable String configuration, String split) {
      requireHubName("data set", id);
      return new EvaluatedOn(id, id, configuration, split);
    }

    /** Data that is not on the Hub, by what people call it. */
    public static EvaluatedOn named(String name) {
      String type = name.strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
      return new EvaluatedOn(type.isEmpty() ? name : type, name, null, null);
    }

    String shown() {
      String text = configuration == null ? name : name + " " + configuration;
      return split == null ? text : text + ", split " + split;
    }
  }

  /** An evaluation and what it was made on. */
  record Result(Evaluation evaluation, EvaluatedOn data) {}

  private final Builder fields;

  private ModelCard(Builder fields) {
    this.fields = fields;
  }

  /**
   * Starts the card of a classifier; what it knows of its training is in it.
   *
   * @param name {@code owner/name} on the Hub, or a plain name
   * @throws IllegalArgumentException when the Hub would refuse the name
   */
  public static Builder of(Classifier classifier, String name) {
    requireHubName("model", name);
    return new Builder(classifier, name);
  }

  /**
   * Refuses what a card would: for programs that train before there is a classifier to make the
   * card of.
   *
   * @param name as in {@link #of}
   * @param languages as in {@link Builder#language}
   * @param license as in {@link Builder#license}; null for none
   * @throws IllegalArgumentException as these do
   */
  public static void check(String name, List<String> languages, @Nullable String license) {
    requireHubName("model", name);
    languages.forEach(ModelCard::requireLanguage);
    if (license != null) {
      requireLicense(license);
    }
  }

  /**
   * Writes README.md into a folder, or brings this card into the one that is there.
   *
   * @param folder that of the model; must exist
   * @return the file
   * @throws IOException when it cannot be read or written, or the card there is not UTF-8, over 10
   *     MB long, or has metadata that is not YAML or is more than a card needs (over 3 MB, over 100
   *     levels deep, with tags, or with aliases that stand for themselves); it stays as it was
   */
  public Path writeTo(Path folder) throws IOException {
    return writeTo(folder, folder.resolve(FILE).toString());
  }

  /** As {@link #writeTo(Path)}; {@code shownAs} names the card that is there in messages. */
  Path writeTo(Path folder, String shownAs) throws IOException {
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
   * @throws IllegalArgumentException when its metadata is not YAML
   */
  public String mergedInto(String existing) {
    boolean windows = existing.contains("\r\n");
    CardYaml card = CardYaml.of(existing.replace("\r\n", "\n"));
    CardRecord record = CardRecord.in(card.body());
    CardMetadata.Merged metadata = CardMetadata.merge(card, record, metadata());
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

  /** In the order that the Hub's own cards have. */
  private Map<String, @Nullable Object> metadata() {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    if (!fields.languages.isEmpty()) {
      metadata.put("language", List.copyOf(fields.languages));
    }
    if (fields.license != null) {
      metadata.put("license", fields.license);
    }
    metadata.put("library_name", "transformers");
    if (fields.baseModel != null) {
      metadata.put("base_model", fields.baseModel);
    }
    metadata.put("pipeline_tag", TASK);
    metadata.put("tags", List.copyOf(fields.tags));
    if (!fields.datasets.isEmpty()) {
      metadata.put("datasets", List.copyOf(fields.datasets));
    }
    if (!fields.results.isEmpty()) {
      metadata.put(
          "metrics", List.of("accuracy", "f1", "precision", "recall", "matthews_correlation"));
      Map<String, @Nullable Object> model = new LinkedHashMap<>();
      model.put("name", title());
      model.put("results", fields.results.stream().map(ModelCard::entry).toList());
      metadata.put("model-index", List.of(model));
    }
    return metadata;
  }

  private static Map<String, @Nullable Object> entry(Result result) {
    Map<String, @Nullable Object> task = new LinkedHashMap<>();
    task.put("type", TASK);
    task.put("name", "Text Classification");
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("name", result.data().name());
    data.put("type", result.data().type());
    if (result.data().configuration() != null) {
      data.put("config", result.data().configuration());
    }
    if (result.data().split() != null) {
      data.put("split", result.data().split());
    }
    ConfusionMatrix matrix = result.evaluation().confusionMatrix();
    List<Object> metrics = new ArrayList<>();
    metrics.add(metric("accuracy", "Accuracy", matrix.accuracy()));
    metrics.add(metric("f1", "Macro F1", matrix.f1(Averaging.MACRO)));
    metrics.add(metric("precision", "Macro precision", matrix.precision(Averaging.MACRO)));
    metrics.add(metric("recall", "Macro recall", matrix.recall(Averaging.MACRO)));
    metrics.add(
        metric("matthews_correlation", "Matthews correlation", matrix.matthewsCorrelation()));
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("task", task);
    entry.put("dataset", data);
    entry.put("metrics", metrics);
    return entry;
  }

  private static Map<String, Object> metric(String type, String name, double value) {
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("type", type);
    metric.put("value", Math.round(value * 1e6) / 1e6);
    metric.put("name", name);
    return metric;
  }

  private static void requireLanguage(String code) {
    if (!LANGUAGE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "language \""
              + Excerpt.of(code)
              + "\": expected an ISO 639 code such as en, or multilingual");
    }
  }

  private static void requireLicense(String identifier) {
    if (!LICENSE.matcher(identifier).matches()) {
      throw new IllegalArgumentException(
          "license \""
              + Excerpt.of(identifier)
              + "\": expected an identifier of the Hub such as apache-2.0, mit or cc-by-4.0");
    }
  }

  private static void requireHubName(String what, String name) {
    try {
      ModelReference reference = ModelReference.parse(name);
      if (name.contains("@")) {
        throw new IllegalArgumentException("a revision is no part of it: " + reference);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          what
              + " \""
              + Excerpt.of(name)
              + "\": expected name or owner/name; "
              + Excerpt.of(e.getMessage(), 300),
          e);
    }
  }

  String name() {
    return fields.name;
  }

  String title() {
    return fields.name.substring(fields.name.indexOf('/') + 1);
  }

  Labels labels() {
    return fields.labels;
  }

  int maxTokens() {
    return fields.maxTokens;
  }

  @Nullable FineTuned training() {
    return fields.training;
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

  Set<String> datasets() {
    return fields.datasets;
  }

  List<Result> results() {
    return fields.results;
  }

  /** Collects what only a person knows; all of it may be left out. Not thread safe. */
  public static final class Builder {
    private final String name;
    private final Labels labels;
    private final int maxTokens;
    private final @Nullable FineTuned training;
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

    private Builder(Classifier classifier, String name) {
      this.name = name;
      this.labels = classifier.labels();
      this.maxTokens = classifier.maxTokens();
      this.training = classifier.fineTuned();
      this.baseModel = training == null ? null : training.hubName();
    }

    private Builder(Builder other) {
      this.name = other.name;
      this.labels = other.labels;
      this.maxTokens = other.maxTokens;
      this.training = other.training;
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
        requireLanguage(code);
        languages.add(code);
      }
      return this;
    }

    /**
     * The licence, by the Hub's identifier such as {@code apache-2.0}.
     *
     * @throws IllegalArgumentException when it is no identifier
     */
    public Builder license(String identifier) {
      requireLicense(identifier);
      this.license = identifier;
      return this;
    }

    /**
     * The model on the Hub that this one was fine-tuned from. Default: the one that {@code
     * checkpoint(...)} named, where it did.
     *
     * @throws IllegalArgumentException when the name is none
     */
    public Builder baseModel(String name) {
      requireHubName("base model", name);
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
     * @throws IllegalArgumentException when the name is none
     */
    public Builder dataset(String id) {
      requireHubName("data set", id);
      datasets.add(id);
      return this;
    }

    /** An evaluation for the tables and for the Hub's list of results. */
    public Builder result(Evaluation evaluation, EvaluatedOn data) {
      results.add(
          new Result(
              Objects.requireNonNull(evaluation, "evaluation"),
              Objects.requireNonNull(data, "data")));
      return this;
    }

    /** What the model does, in Markdown. Default: its labels and its results in a sentence. */
    public Builder description(String markdown) {
      this.description = text("description", markdown);
      return this;
    }

    /** What it is for and what not, in Markdown. */
    public Builder intendedUse(String markdown) {
      this.intendedUse = text("intendedUse", markdown);
      return this;
    }

    /** What is known to go wrong, in Markdown. */
    public Builder limits(String markdown) {
      this.limits = text("limits", markdown);
      return this;
    }

    /** Where the texts come from and who labelled them, in Markdown. */
    public Builder data(String markdown) {
      this.data = text("data", markdown);
      return this;
    }

    /** The card as it is known now. */
    public ModelCard build() {
      return new ModelCard(new Builder(this));
    }

    private static String text(String field, String markdown) {
      if (markdown.contains(CardBody.MARKER)) {
        throw new IllegalArgumentException(
            field + ": holds \"" + CardBody.MARKER + "\", which marks generated sections");
      }
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(markdown)) {
        throw new IllegalArgumentException(
            field + ": holds half of a surrogate pair, no character");
      }
      return markdown.replace("\r\n", "\n").strip();
    }
  }
}
