package dev.afina.tokenization;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks and flattens one stage of a tokenizer.json (normalizer, pre_tokenizer, decoder, …), which
 * may be absent, a single component, or a Sequence of components.
 *
 * <p>Only known types, with known fields of the right types and ranges, reach the native library.
 * It panics on some others, and a panic ends the JVM.
 */
final class Components {

  /** More than any published tokenizer has in one stage. */
  private static final int MOST = 16;

  private static final int DEEPEST = 4;

  /** Checks the fields of one type of component. Unknown fields are rejected in any case. */
  @FunctionalInterface
  interface Check {
    void of(Fields fields) throws IOException;
  }

  /** Types that have no fields. */
  static final Check NO_FIELDS = fields -> {};

  private Components() {}

  /**
   * The components of a stage in the order in which they run.
   *
   * @param element the value of the stage; null or a JSON null for none
   * @param path its path in the file, for messages
   * @param listKey the key of the list in a Sequence of this stage
   * @param known the check of each known type
   * @throws IOException if a component is unknown or invalid; the message has its path
   */
  static List<Fields> checked(
      @Nullable JsonElement element, String path, String listKey, Map<String, Check> known)
      throws IOException {
    List<Fields> components = new ArrayList<>();
    if (element != null && !element.isJsonNull()) {
      add(new Fields(element, path), listKey, known, components, 0);
    }
    if (components.size() > MOST) {
      throw new IOException(
          path + ": " + components.size() + " components, at most " + MOST + " are run");
    }
    return components;
  }

  /** Whether one of the components is of this type. */
  static boolean has(List<Fields> components, String type) {
    return components.stream().anyMatch(c -> type.equals(JsonFile.string(c.object(), "type")));
  }

  static String type(Fields component) {
    return String.valueOf(JsonFile.string(component.object(), "type"));
  }

  private static void add(
      Fields fields, String listKey, Map<String, Check> known, List<Fields> into, int depth)
      throws IOException {
    fields.any("type");
    String type = type(fields);
    if (type.equals("Sequence")) {
      if (depth == DEEPEST) {
        throw new IOException(
            fields.path() + ": Sequence inside " + DEEPEST + " others; that is too deep");
      }
      for (Fields inner : fields.list(listKey, MOST)) {
        add(inner, listKey, known, into, depth + 1);
      }
    } else {
      Check check = known.get(type);
      if (check == null) {
        throw fields.unknownType(known.keySet());
      }
      check.of(fields);
      into.add(fields);
    }
    fields.nothingElse();
  }
}
