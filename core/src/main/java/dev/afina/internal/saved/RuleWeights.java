package dev.afina.internal.saved;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.lora.Adapter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A checksum of the weights that saved decision rules were chosen for. With other weights the
 * temperature and thresholds would silently decide wrongly. CRC-32C is as fast as memory and enough
 * against mistakes; it is no protection against attacks.
 */
public final class RuleWeights {
  /** The member of the rules' section. */
  public static final String MEMBER = "weights";

  private static final String WEIGHT = ".weight";

  private RuleWeights() {}

  /** Adds the checksum to the section of the rules. */
  static void note(JsonObject rules, Model model, Optional<Adapter> adapter) {
    rules.addProperty(MEMBER, digest(model, adapter));
  }

  /**
   * Throws if the rules are for other weights. Rules without a checksum are accepted.
   *
   * @param rules the section of the rules
   * @throws CheckpointException with what can be done
   */
  public static void require(ConfigJson rules, Model model) throws CheckpointException {
    if (!rules.has(MEMBER)) {
      return;
    }
    String noted = rules.string(MEMBER);
    String found = digest(model, model.adapter());
    if (!noted.equals(found)) {
      throw new CheckpointException(
          rules.where()
              + (": the rules were chosen with weights " + Excerpt.quoted(noted))
              + (", but the weights beside them are \""
                  + found
                  + "\": the model was trained again,")
              + " merged or rounded since. Delete \"decisions\" and choose rules anew with"
              + " calibrated(...) or deciding(...); to keep these, delete their \""
              + (MEMBER + "\""));
    }
  }

  /**
   * Of all weights in their order by name, whatever file they came from. Of an adapter's model what
   * the adapter adds in the place of the sums, which another processor may round otherwise.
   */
  private static String digest(Model model, Optional<Adapter> adapter) {
    Map<String, TensorData> tensors = new TreeMap<>(model.tensors());
    if (adapter.isPresent()) {
      adapter.get().updates().keySet().forEach(layer -> tensors.remove(layer + WEIGHT));
      tensors.putAll(adapter.get().tensors());
    }
    CRC32C crc = new CRC32C();
    tensors.forEach(
        (key, tensor) -> {
          crc.update(key.getBytes(StandardCharsets.UTF_8));
          crc.update(tensor.bytes());
        });
    return String.format(Locale.ROOT, "crc32c:%08x", crc.getValue());
  }
}
