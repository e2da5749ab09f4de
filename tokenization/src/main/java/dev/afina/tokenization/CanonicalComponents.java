package dev.afina.tokenization;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings components of a tokenizer.json into one canonical form, so that equivalent components are
 * equal: older files write some fields differently.
 */
final class CanonicalComponents {

  private static final String SEQUENCE = "Sequence";

  private CanonicalComponents() {}

  /** Checked components. */
  static List<JsonObject> of(List<Fields> components) {
    return components.stream().map(component -> similar(component.object())).toList();
  }

  /** One component, or those of a Sequence whose list has this key; none for null. */
  static List<JsonObject> of(@Nullable JsonObject component, String key) {
    List<JsonObject> all = new ArrayList<>();
    if (component == null) {
      return all;
    }
    if (SEQUENCE.equals(JsonFile.string(component, "type"))) {
      for (JsonElement inner : component.getAsJsonArray(key)) {
        all.add(similar(inner.getAsJsonObject()));
      }
    } else {
      all.add(similar(component));
    }
    return all;
  }

  /** The normalizers, without those that only reduce spaces if words are split at spaces anyway. */
  static List<JsonObject> withoutSpacing(
      List<JsonObject> normalizers, List<JsonObject> preTokenizers) {
    if (preTokenizers.isEmpty()
        || !"WhitespaceSplit".equals(JsonFile.string(preTokenizers.get(0), "type"))) {
      return normalizers;
    }
    JsonObject fewer = ComponentJson.replace("Regex", " {2,}", " ");
    return normalizers.stream()
        .filter(step -> !step.equals(fewer) && !"Strip".equals(JsonFile.string(step, "type")))
        .toList();
  }

  private static JsonObject similar(JsonObject component) {
    if (!"Metaspace".equals(JsonFile.string(component, "type"))) {
      return component;
    }
    JsonObject metaspace = component.deepCopy();
    metaspace.remove("str_rep");
    metaspace.remove("add_prefix_space"); // where it is false, the check has written the scheme
    if (!metaspace.has("prepend_scheme")) {
      metaspace.addProperty("prepend_scheme", "always");
    }
    if (!metaspace.has("split")) {
      metaspace.addProperty("split", true);
    }
    return metaspace;
  }
}
