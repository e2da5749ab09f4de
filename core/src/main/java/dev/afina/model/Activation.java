package dev.afina.model;

import ai.djl.ndarray.NDArray;
import dev.afina.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The activations of feed-forward layers, by their names in config.json. */
public enum Activation {
  /** x · Φ(x), exactly. */
  GELU("gelu") {
    @Override
    public NDArray apply(NDArray x) {
      return x.getNDArrayInternal().gelu();
    }
  },
  /** The approximation of GELU by tanh. */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh") {
    @Override
    public NDArray apply(NDArray x) {
      // 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))
      NDArray inner = x.add(x.pow(3).mul(0.044715f)).mul((float) Math.sqrt(2 / Math.PI));
      return x.mul(0.5f).mul(inner.tanh().add(1f));
    }
  },
  /** max(0, x). */
  RELU("relu") {
    @Override
    public NDArray apply(NDArray x) {
      return x.getNDArrayInternal().relu();
    }
  },
  /** x · σ(x). */
  SILU("silu", "swish") {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(ai.djl.nn.Activation.sigmoid(x));
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
  }

  /** The activation of every element of {@code x}, in x's manager. */
  public abstract NDArray apply(NDArray x);

  /** The activation that {@code key} of a configuration names. */
  public static Activation of(ConfigJson config, String key) throws CheckpointException {
    String name = config.string(key, "gelu");
    for (Activation a : values()) {
      if (a.names.contains(name)) {
        return a;
      }
    }
    throw new CheckpointException(
        config.where()
            + ": "
            + key
            + " \""
            + name
            + "\" is not supported; supported are "
            + Arrays.stream(values())
                .flatMap(a -> a.names.stream())
                .collect(Collectors.joining(", ")));
  }
}
