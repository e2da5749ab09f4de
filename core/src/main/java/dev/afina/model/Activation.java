package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.checkpoint.CheckpointException;
import dev.afina.engine.Autograd;
import dev.afina.engine.PackedEncoder;
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
      NDManager manager = x.getManager();
      NDArray cubic = x.mul(x).mul(x).mul(Autograd.scalar(manager, 0.044715));
      NDArray inner = x.add(cubic).mul(Autograd.scalar(manager, Math.sqrt(2 / Math.PI)));
      NDArray half = x.mul(Autograd.scalar(manager, 0.5));
      return half.add(half.mul(inner.tanh()));
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

  /** The same in a packed encoder. */
  PackedEncoder.Activation packed() {
    return PackedEncoder.Activation.valueOf(name());
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
