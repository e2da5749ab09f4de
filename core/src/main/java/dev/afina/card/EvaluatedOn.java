package dev.afina.card;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The data of an evaluation, as named in a model card. Immutable. */
public final class EvaluatedOn {
  private final String type;
  private final String name;
  private final @Nullable String configuration;
  private final @Nullable String split;

  private EvaluatedOn(
      String type, String name, @Nullable String configuration, @Nullable String split) {
    if (type.isBlank() || name.isBlank()) {
      throw new IllegalArgumentException("data: its name must not be blank");
    }
    this.type = type;
    this.name = name;
    this.configuration = configuration;
    this.split = split;
  }

  /**
   * A data set on the Hub.
   *
   * @param id {@code owner/name} or {@code name}
   * @param configuration the configuration; null if there is only one
   * @param split the split, such as {@code test}
   * @throws IllegalArgumentException if the id is invalid
   */
  public static EvaluatedOn hub(String id, @Nullable String configuration, String split) {
    CardFields.requireHubName("data set", id);
    return new EvaluatedOn(id, id, configuration, split);
  }

  /**
   * Data that is not on the Hub, under any name.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public static EvaluatedOn named(String name) {
    String type = name.strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
    return new EvaluatedOn(type.isEmpty() ? name : type, name, null, null);
  }

  /** The id on the Hub, or a short form of the name. */
  String type() {
    return type;
  }

  String name() {
    return name;
  }

  Optional<String> configuration() {
    return Optional.ofNullable(configuration);
  }

  Optional<String> split() {
    return Optional.ofNullable(split);
  }

  String shown() {
    String text = configuration == null ? name : name + " " + configuration;
    return split == null ? text : text + ", split " + split;
  }
}
