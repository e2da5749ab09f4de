package dev.afina.internal.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Form;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.training.ShardParameters;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The form for training: parameters are leaves of the graph of one part of a batch, and the weights
 * of linear layers get their gradients after the backward passes of all parts. Frozen parameters
 * are the arrays of the model.
 *
 * @param trained the keys of the parameters that are trained
 * @param linears how linear layers are computed; empty for plain operators
 * @param lora low-rank updates of linear layers; empty for none
 * @param dropouts that of this part, for the inputs of low-rank updates
 */
record RecordedForm(
    Model model,
    ShardParameters leaves,
    Set<String> trained,
    Optional<DeferredLinear> linears,
    Optional<LoraUpdates> lora,
    Dropout dropouts)
    implements Form {

  @Override
  public NDArray array(String key) {
    return trained.contains(key)
        ? leaves.array(key)
        : lora.flatMap(updates -> updates.weight(key)).orElseGet(() -> model.array(key));
  }

  @Override
  public NDArray constant(String name, Function<NDManager, NDArray> maker) {
    return model.constants().get(name, maker);
  }

  @Override
  public Linear linear(LinearSpec spec) {
    return lora.isEmpty() ? whole(spec) : lora.get().linear(this::whole, spec, dropouts);
  }

  private Linear whole(LinearSpec spec) {
    if (linears.isEmpty() || !trained.contains(spec.weight())) {
      return Form.super.linear(spec);
    }
    String bias = spec.hasBias() ? spec.bias() : null;
    return x -> spec.activation().apply(leaves.linear(linears.get(), x, spec.weight(), bias));
  }
}
