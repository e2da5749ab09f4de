package dev.afina.tokenization;

import static dev.afina.tokenization.Components.NO_FIELDS;
import static java.util.Map.entry;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The supported decoders, which convert tokens to text. */
final class Decoders {

  static final String KEY = "decoder";

  private static final int LONGEST = 16;

  private static final Map<String, Components.Check> KNOWN =
      Map.ofEntries(
          entry("WordPiece", Decoders::checkWordPiece),
          entry("ByteLevel", PreTokenizers::checkByteLevel),
          entry("Metaspace", PreTokenizers::checkMetaspace),
          entry("BPEDecoder", fields -> fields.text("suffix", 0, LONGEST)),
          entry("ByteFallback", NO_FIELDS),
          entry("Fuse", NO_FIELDS),
          entry("Replace", Decoders::checkReplace),
          entry("Strip", Decoders::checkStrip));

  private Decoders() {}

  static void check(@Nullable JsonElement element, String file) throws IOException {
    Components.checked(element, file + ": " + KEY, "decoders", KNOWN);
  }

  private static void checkWordPiece(Fields fields) throws IOException {
    fields.text("prefix", 0, LONGEST);
    fields.bool("cleanup");
  }

  private static void checkReplace(Fields fields) throws IOException {
    Patterns.check(fields);
    fields.text("content", 0, LONGEST);
  }

  /**
   * The library would index out of range in a token that is shorter than what it is told to strip.
   */
  private static void checkStrip(Fields fields) throws IOException {
    fields.text("content", 1, 1);
    fields.number("start", 0, LONGEST);
    fields.number("stop", 0, 0);
  }
}
