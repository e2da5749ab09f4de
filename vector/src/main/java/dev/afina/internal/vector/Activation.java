package dev.afina.internal.vector;

/** What may follow a linear layer. */
public enum Activation {
  /** Nothing. */
  LINEAR {
    @Override
    void apply(float[] x, int at, int n) {}
  },
  /** GELU with the error function. */
  GELU {
    @Override
    void apply(float[] x, int at, int n) {
      RowFunctions.gelu(x, at, n);
    }
  },
  /** max(x, 0). */
  RELU {
    @Override
    void apply(float[] x, int at, int n) {
      RowFunctions.relu(x, at, n);
    }
  },
  /** The hyperbolic tangent. */
  TANH {
    @Override
    void apply(float[] x, int at, int n) {
      RowFunctions.tanh(x, at, n);
    }
  };

  /** Applies it to whole vectors. */
  abstract void apply(float[] x, int at, int n);
}
