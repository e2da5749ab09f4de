package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;

/**
 * The results of {@link PackedKernels} by plain operators, as in the definitions: the reference
 * that the kernels are compared with. T tokens, H hidden size, N heads, D = H / N.
 */
final class PlainKernels {
  private PlainKernels() {}

  /** x · weightᵀ + bias: (R, in) to (R, out). */
  static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();
  }

  static NDArray gelu(NDArray x) {
    return x.getNDArrayInternal().gelu();
  }

  /** gelu(a) · b of (R, 2 · F), where a is the first half of a row and b the second. */
  static NDArray gated(NDArray x) {
    NDList halves = x.split(2, 1);
    return gelu(halves.get(0)).mul(halves.get(1));
  }

  /**
   * Attention of all tokens to those of their text.
   *
   * @param query (T, H), as are key and value
   * @return (T, H)
   */
  static NDArray attention(NDArray query, NDArray key, NDArray value, AttentionCall call) {
    NDList contexts = new NDList();
    long at = 0;
    for (int g = 0; g < call.texts().length; g++) {
      long length = call.lengths()[g];
      for (long t = 0; t < call.texts()[g]; t++) {
        NDIndex text = new NDIndex("{}:{}", at, at + length);
        NDArray q = turned(split(query.get(text), call.heads()), call); // (N, S, D)
        NDArray k = turned(split(key.get(text), call.heads()), call); // (N, S, D)
        NDArray v = split(value.get(text), call.heads()); // (N, S, D)
        NDArray scores = q.matMul(k.swapAxes(1, 2)).mul(call.scale()); // (N, S, S)
        if (!call.biases().isEmpty()) {
          scores = scores.add(call.biases().get(g).squeeze(0));
        }
        contexts.add(scores.softmax(-1).matMul(v).swapAxes(0, 1).reshape(length, -1)); // (S, H)
        at += length;
      }
    }
    return NDArrays.concat(contexts);
  }

  /** Each pair (i, i + D/2) of a row turned by the angle of its position and i. */
  private static NDArray turned(NDArray x, AttentionCall call) {
    if (call.rotary().isEmpty()) {
      return x;
    }
    NDIndex rows = new NDIndex("0:{}", x.getShape().get(1));
    long half = x.getShape().get(2) / 2;
    NDArray front = x.get(new NDIndex("..., 0:{}", half));
    NDArray back = x.get(new NDIndex("..., {}:", half));
    NDArray across = NDArrays.concat(new NDList(back.neg(), front), 2);
    return x.mul(call.rotary().get(0).get(rows)).add(across.mul(call.rotary().get(1).get(rows)));
  }

  static NDArray norm(NDArray x, NDArray weight, NDArray bias, double epsilon) {
    int[] last = {1};
    NDArray centred = x.sub(x.mean(last, true));
    NDArray variance = centred.square().mean(last, true);
    return centred.div(variance.add(epsilon).sqrt()).mul(weight).add(bias);
  }

  private static NDArray split(NDArray x, int heads) {
    return x.reshape(x.getShape().get(0), heads, -1).swapAxes(0, 1);
  }
}
