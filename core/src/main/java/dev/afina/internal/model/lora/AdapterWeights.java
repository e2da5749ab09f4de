package dev.afina.internal.model.lora;

import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.checkpoint.TensorInfo;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.ParameterSpec;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an adapter's file has for an architecture, checked: each tensor is an update's half or a
 * parameter as a whole, and no layer that the configuration names is left without an update.
 *
 * @param updates by the name of the linear layer
 * @param whole by checkpoint key, not read yet
 */
public record AdapterWeights(Map<String, LowRank> updates, Map<String, TensorInfo> whole) {
  public AdapterWeights {
    updates = Collections.unmodifiableMap(updates);
    whole = Collections.unmodifiableMap(whole);
  }

  /**
   * Reads the updates.
   *
   * @throws CheckpointException for a tensor that the architecture has no place for, of another
   *     size, not finite or missing
   */
  public static AdapterWeights read(AdapterSource source, Architecture architecture)
      throws IOException {
    return new Reader(source, architecture).read();
  }

  private static final class Reader {
    private final AdapterSource source;
    private final AdapterConfig config;
    private final Map<String, LinearSpec> layers;
    private final Set<String> keys;
    private final String where;

    Reader(AdapterSource source, Architecture architecture) {
      this.source = source;
      this.config = source.config();
      this.where = source.tensors().description();
      this.layers = LinearLayers.of(architecture).byName();
      this.keys =
          architecture.spec().parameters().stream()
              .map(ParameterSpec::key)
              .collect(Collectors.toSet());
    }

    AdapterWeights read() throws IOException {
      TreeSet<String> updated = new TreeSet<>();
      Map<String, TensorInfo> whole = new TreeMap<>();
      for (TensorInfo tensor : source.tensors().tensors().values()) {
        String name = tensor.name();
        if (!name.startsWith(AdapterSource.PREFIX)) {
          throw refusal(tensor, "expected names that begin with " + AdapterSource.PREFIX);
        }
        String key = name.substring(AdapterSource.PREFIX.length());
        if (key.endsWith(AdapterSource.A) || key.endsWith(AdapterSource.B)) {
          String layer = key.substring(0, key.length() - AdapterSource.A.length());
          if (!layers.containsKey(layer)) {
            throw refusal(tensor, "is for no linear layer of this model");
          }
          updated.add(layer);
        } else if (keys.contains(key)) {
          whole.put(key, tensor);
        } else {
          throw refusal(
              tensor,
              key.contains(".lora_")
                  ? "is of a kind of update that is not supported; supported are lora_A and lora_B"
                      + " of linear layers"
                  : "is no parameter of this model");
        }
      }
      requireAsConfigured(updated, whole.keySet());
      Map<String, LowRank> updates = new LinkedHashMap<>();
      for (String layer : layers.keySet()) {
        if (updated.contains(layer)) {
          updates.put(layer, update(layers.get(layer)));
        }
      }
      return new AdapterWeights(updates, whole);
    }

    /** PEFT makes updates of what the configuration names, whatever the file has. */
    private void requireAsConfigured(Set<String> updated, Set<String> whole)
        throws CheckpointException {
      if (config.targets().isEmpty()) {
        return; // a pattern, which PEFT alone knows how to read
      }
      for (String layer : updated) {
        if (!isTarget(layer)) {
          throw new CheckpointException(
              "%s: has an update of \"%s\", which target_modules %s does not name"
                  .formatted(where, layer, Excerpt.quotedList(config.targets())));
        }
      }
      for (String layer : layers.keySet()) {
        if (isTarget(layer) && !updated.contains(layer) && !whole.contains(layer + ".weight")) {
          throw new CheckpointException(
              "%s: tensor \"%s\" is missing, which target_modules %s names"
                  .formatted(
                      where,
                      AdapterSource.PREFIX + layer + AdapterSource.A,
                      Excerpt.quotedList(config.targets())));
        }
      }
    }

    private boolean isTarget(String layer) {
      return config.targets().stream().anyMatch(t -> LinearLayers.matches(t, layer));
    }

    private LowRank update(LinearSpec layer) throws IOException {
      int rank = config.rank();
      FloatBuffer a = floats(layer.name() + AdapterSource.A, rank, layer.in());
      FloatBuffer b = floats(layer.name() + AdapterSource.B, layer.out(), rank);
      return new LowRank(rank, layer.in(), layer.out(), a, b);
    }

    private FloatBuffer floats(String key, long... shape) throws IOException {
      String name = AdapterSource.PREFIX + key;
      TensorInfo tensor = source.tensors().tensors().get(name);
      if (tensor == null) {
        throw new CheckpointException(
            where + ": tensor " + Excerpt.quoted(name) + " is missing; its other half is there");
      }
      List<Long> expected = List.of(shape[0], shape[1]);
      if (!tensor.shape().equals(expected)) {
        throw refusal(
            tensor,
            "shape %s in the file, %s by r %s and the layer"
                .formatted(tensor.shape(), expected, config.rank()));
      }
      FloatBuffer values =
          source.tensors().floats(name).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      for (int i = 0; i < values.limit(); i++) {
        if (!Float.isFinite(values.get(i))) {
          throw refusal(
              tensor,
              "the element at [%s, %s] is %s, expected finite numbers"
                  .formatted(i / shape[1], i % shape[1], values.get(i)));
        }
      }
      return values;
    }

    private CheckpointException refusal(TensorInfo tensor, String reason) {
      return new CheckpointException(
          where + ": tensor " + Excerpt.quoted(tensor.name()) + ": " + reason);
    }
  }
}
