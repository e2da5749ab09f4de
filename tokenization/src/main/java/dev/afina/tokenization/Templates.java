package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The special tokens around a text and around a pair, as ids with token types, in a form in which
 * different types of post-processors can be compared. {@code A:0} is the text.
 *
 * @param single the template of a single text
 * @param pair the template of a pair
 */
record Templates(List<String> single, List<String> pair) {

  /** The templates of a checked post-processor; both empty if it adds no tokens. */
  static Templates of(List<JsonObject> postProcessors) {
    for (JsonObject processor : postProcessors) {
      switch (String.valueOf(JsonFile.string(processor, "type"))) {
        case "BertProcessing" -> {
          String cls = id(processor, "cls");
          String sep = id(processor, "sep");
          return new Templates(
              List.of(cls + ":0", "A:0", sep + ":0"),
              List.of(cls + ":0", "A:0", sep + ":0", "B:1", sep + ":1"));
        }
        case "RobertaProcessing" -> {
          String cls = id(processor, "cls") + ":0";
          String sep = id(processor, "sep") + ":0";
          return new Templates(List.of(cls, "A:0", sep), List.of(cls, "A:0", sep, sep, "B:0", sep));
        }
        case "TemplateProcessing" -> {
          return new Templates(pieces(processor, "single"), pieces(processor, "pair"));
        }
        default -> {
          // ByteLevel moves offsets only
        }
      }
    }
    return new Templates(List.of(), List.of());
  }

  /**
   * Whether a token of a text or of a pair has another type than 0. Where no tokens are added, the
   * second text has type 1.
   */
  boolean haveTypes() {
    return pair.isEmpty()
        || Stream.concat(single.stream(), pair.stream()).anyMatch(piece -> !piece.endsWith(":0"));
  }

  /** Whether the second text of a pair comes before the first. */
  boolean haveSecondFirst() {
    for (String piece : pair) {
      if (piece.startsWith("A:") || piece.startsWith("B:")) {
        return piece.startsWith("B:");
      }
    }
    return false;
  }

  private static String id(JsonObject processor, String key) {
    return String.valueOf(JsonFile.id(processor.getAsJsonArray(key).get(1)));
  }

  private static List<String> pieces(JsonObject template, String form) {
    List<String> pieces = new ArrayList<>();
    for (JsonElement element : template.getAsJsonArray(form)) {
      JsonObject piece = element.getAsJsonObject();
      JsonObject sequence = JsonFile.child(piece, "Sequence");
      if (sequence != null) {
        pieces.add(sequence.get("id").getAsString() + ":" + JsonFile.id(sequence.get("type_id")));
        continue;
      }
      JsonObject token = piece.getAsJsonObject("SpecialToken");
      JsonArray ids =
          template
              .getAsJsonObject("special_tokens")
              .getAsJsonObject(token.get("id").getAsString())
              .getAsJsonArray("ids");
      for (JsonElement id : ids) {
        pieces.add(JsonFile.id(id) + ":" + JsonFile.id(token.get("type_id")));
      }
    }
    return pieces;
  }
}
