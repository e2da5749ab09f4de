package dev.afina.internal.model.lora;

import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.checkpoint.TensorData;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The low-rank updates that were merged into a model's weights, for whoever wants them apart.
 * Immutable.
 *
 * @param updates by the name of the linear layer
 */
public record Adapter(AdapterConfig config, Map<String, LowRank> updates) {
  public Adapter {
    updates = Collections.unmodifiableMap(new LinkedHashMap<>(updates));
  }

  /** The tensors of the updates as PEFT names them. */
  public Map<String, TensorData> tensors() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    updates.forEach(
        (layer, update) -> {
          tensors.put(AdapterSource.PREFIX + layer + AdapterSource.A, update.a());
          tensors.put(AdapterSource.PREFIX + layer + AdapterSource.B, update.b());
        });
    return tensors;
  }
}
