package dev.afina.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import dev.afina.engine.PackedEncoder.Layer;
import dev.afina.engine.PackedEncoder.Linear;
import dev.afina.engine.PackedEncoder.Norm;
import java.util.List;

/**
 * What a {@link PackedEncoder} with GELU computes, by plain operators and as its definition reads:
 * the oracle that packed layers are compared with. T tokens, H hidden size, N heads, D = H / N.
 */
final class PlainEncoder {
  private PlainEncoder() {}

  /** x · weightᵀ + bias: (R, in) to (R, out). */
  static NDArray linear(NDArray x, Linear linear) {
    return x.getNDArrayInternal().linear(x, linear.weight(), linear.bias()).singletonOrThrow();
  }

  static NDArray gelu(NDArray x) {
    return x.getNDArrayInternal().gelu();
  }

  /**
   * Attention of all tokens to those of their text.
   *
   * @param query (T, H), as are key and value
   * @return (T, H)
   */
  static NDArray attention(
      NDArray query, NDArray key, NDArray value, int heads, long[] texts, long[] lengths) {
    NDList contexts = new NDList();
    long at = 0;
    for (int g = 0; g < texts.length; g++) {
      for (long t = 0; t < texts[g]; t++) {
        NDIndex text = new NDIndex("{}:{}", at, at + lengths[g]);
        NDArray q = split(query.get(text), heads); // (N, S, D)
        NDArray k = split(key.get(text), heads); // (N, S, D)
        NDArray v = split(value.get(text), heads); // (N, S, D)
        double scale = 1 / Math.sqrt((double) q.getShape().get(2));
        NDArray weights = q.matMul(k.swapAxes(1, 2)).mul(scale).softmax(-1); // (N, S, S)
        contexts.add(weights.matMul(v).swapAxes(0, 1).reshape(lengths[g], -1)); // (S, H)
        at += lengths[g];
      }
    }
    return NDArrays.concat(contexts);
  }

  /** All layers for all tokens, then the rows of the first ones: (B, H). */
  static NDArray apply(
      NDArray x,
      List<Layer> layers,
      int heads,
      double epsilon,
      long[] texts,
      long[] lengths,
      NDArray firstTokens) {
    NDArray y = x;
    for (Layer layer : layers) {
      NDArray context =
          attention(
              linear(y, layer.query()),
              linear(y, layer.key()),
              linear(y, layer.value()),
              heads,
              texts,
              lengths);
      NDArray attended =
          norm(linear(context, layer.attentionOutput()).add(y), layer.attentionNorm(), epsilon);
      NDArray expanded = gelu(linear(attended, layer.intermediate())); // (T, F)
      y = norm(linear(expanded, layer.output()).add(attended), layer.outputNorm(), epsilon);
    }
    return y.get(firstTokens);
  }

  private static NDArray norm(NDArray x, Norm norm, double epsilon) {
    int[] last = {1};
    NDArray centred = x.sub(x.mean(last, true));
    NDArray variance = centred.square().mean(last, true);
    return centred.div(variance.add(epsilon).sqrt()).mul(norm.weight()).add(norm.bias());
  }

  private static NDArray split(NDArray x, int heads) {
    return x.reshape(x.getShape().get(0), heads, -1).swapAxes(0, 1);
  }
}
