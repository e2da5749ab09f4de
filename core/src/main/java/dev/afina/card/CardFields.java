package dev.afina.card;

import dev.afina.hub.ModelReference;
import dev.afina.internal.files.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Checks what a person gives for a card. */
final class CardFields {
  private static final Pattern LANGUAGE =
      Pattern.compile("[a-z]{2,3}(-[A-Za-z0-9]+)*|multilingual");
  private static final Pattern LICENSE = Pattern.compile("[a-z0-9][a-z0-9.+-]*");

  private CardFields() {}

  static void requireLanguage(String code) {
    if (!LANGUAGE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "language \""
              + Excerpt.of(code)
              + "\": expected an ISO 639 code such as en, or multilingual");
    }
  }

  static void requireLicense(String identifier) {
    if (!LICENSE.matcher(identifier).matches()) {
      throw new IllegalArgumentException(
          "license \""
              + Excerpt.of(identifier)
              + "\": expected an identifier of the Hub such as apache-2.0, mit or cc-by-4.0");
    }
  }

  static void requireHubName(String what, String name) {
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

  /** A text that can stand in a card, with the line ends of one. */
  static String markdown(String field, String markdown) {
    if (markdown.contains(CardBody.MARKER)) {
      throw new IllegalArgumentException(
          field + ": holds \"" + CardBody.MARKER + "\", which marks generated sections");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(markdown)) {
      throw new IllegalArgumentException(field + ": holds half of a surrogate pair, no character");
    }
    return markdown.replace("\r\n", "\n").strip();
  }
}
