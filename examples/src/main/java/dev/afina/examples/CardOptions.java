package dev.afina.examples;

import dev.afina.TextModel;
import dev.afina.card.ModelCard;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model's card. */
final class CardOptions {
  @Option(
      names = "--card",
      paramLabel = "NAME",
      description =
          "Write README.md beside the model, its card for the Hugging Face Hub under this name"
              + " (owner/name); in one that is there, what a person wrote stays.")
  private @Nullable String name;

  @Option(
      names = "--language",
      paramLabel = "CODE",
      split = ",",
      description = "Languages of the texts for the card, such as en.")
  private String @Nullable [] languages;

  @Option(
      names = "--license",
      paramLabel = "ID",
      description = "The licence for the card, such as apache-2.0.")
  private @Nullable String license;

  /** Whether there is to be a card. */
  boolean given() {
    return name != null;
  }

  /**
   * Refuses what a card would, before there is a model to make it of.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  void check() {
    if (name != null) {
      ModelCard.check(name, languages == null ? List.of() : List.of(languages), license);
    } else if (languages != null || license != null) {
      throw new IllegalArgumentException(
          (languages != null ? "--language" : "--license") + " needs --card");
    }
  }

  /** The card of a model, where there is to be one. */
  Optional<ModelCard.Builder> of(TextModel<?, ?> model) {
    if (name == null) {
      return Optional.empty();
    }
    ModelCard.Builder card = model.card(name);
    if (languages != null) {
      card.language(languages);
    }
    return Optional.of(license == null ? card : card.license(license));
  }
}
