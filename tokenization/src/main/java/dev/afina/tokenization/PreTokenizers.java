package dev.afina.tokenization;

import static dev.afina.tokenization.Components.NO_FIELDS;
import static java.util.Map.entry;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The supported pre-tokenizers, which split a text into words. */
final class PreTokenizers {

  static final String KEY = "pre_tokenizer";

  private static final Set<String> BEHAVIORS =
      Set.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

  private static final Map<String, Components.Check> KNOWN =
      Map.ofEntries(
          entry("BertPreTokenizer", NO_FIELDS),
          entry("ByteLevel", PreTokenizers::checkByteLevel),
          entry("Metaspace", PreTokenizers::checkMetaspace),
          entry("Whitespace", NO_FIELDS),
          entry("WhitespaceSplit", NO_FIELDS),
          entry("Punctuation", PreTokenizers::checkPunctuation),
          entry("Digits", fields -> fields.bool("individual_digits")),
          entry("Split", PreTokenizers::checkSplit));

  private PreTokenizers() {}

  static List<Fields> of(@Nullable JsonElement element, String file) throws IOException {
    return Components.checked(element, file + ": " + KEY, "pretokenizers", KNOWN);
  }

  /** ByteLevel has the same fields as a pre-tokenizer, post-processor and decoder. */
  static void checkByteLevel(Fields fields) throws IOException {
    fields.bool("add_prefix_space");
    fields.bool("trim_offsets");
    fields.bool("use_regex", true);
  }

  /**
   * Metaspace has the same fields as a decoder; add_prefix_space and str_rep occur in older files.
   * Where such a file says only that no space is added, prepend_scheme is written beside it: the
   * native library of today takes "always" for a missing one, and refuses the contradiction.
   */
  static void checkMetaspace(Fields fields) throws IOException {
    fields.text("replacement", 1, 1);
    boolean prefix = fields.bool("add_prefix_space", true);
    if (fields.has("prepend_scheme")) {
      String scheme = fields.oneOf("prepend_scheme", Set.of("first", "never", "always"));
      if (!prefix && !scheme.equals("never")) {
        throw fields.wrong("prepend_scheme", "never, since add_prefix_space is false");
      }
    } else if (!prefix) {
      fields.set("prepend_scheme", new JsonPrimitive("never"));
    }
    fields.bool("split", true);
    fields.textOrNull("str_rep", 1, 1);
  }

  private static void checkPunctuation(Fields fields) throws IOException {
    if (fields.any("behavior") != null) {
      fields.oneOf("behavior", BEHAVIORS);
    }
  }

  private static void checkSplit(Fields fields) throws IOException {
    Patterns.check(fields);
    fields.oneOf("behavior", BEHAVIORS);
    fields.bool("invert");
  }
}
