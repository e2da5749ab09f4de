package dev.afina.engine;

/**
 * The functions of {@link PackedEncoder} as TorchScript, in the dialect that a saved module holds.
 * A weight may have more rows than the layer has outputs; see {@link PackedEncoder.Format}.
 */
final class PackedKernels {
  private PackedKernels() {}

  static final String FLOAT32 =
      """
      def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> Tensor:
        return ops.mkldnn._reorder_linear_weight(weight, None)
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, weight, bias, then, annotate(List[Optional[number]], []), "none")
      """;

  static final String BFLOAT16 =
      """
      def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> Tensor:
        return ops.mkldnn._reorder_linear_weight(torch.to(weight, 15, False, False, None), None)
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
        x16 = torch.to(x, 15, False, False, None)
        bias16 = torch.to(bias, 15, False, False, None)
        y = ops.mkldnn._linear_pointwise(x16, weight, bias16, then, annotate(List[Optional[number]], []), "none")
        return torch.to(y, 6, False, False, None)
      """;

  /** The same where oneDNN has no bfloat16: on processors without AVX-512. */
  static final String UNPACKED_BFLOAT16 =
      """
      def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> Tensor:
        return torch.to(weight, 15, False, False, None)
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
        x16 = torch.to(x, 15, False, False, None)
        bias16 = torch.to(bias, 15, False, False, None)
        y = torch.to(torch.addmm(bias16, x16, torch.t(weight), beta=1, alpha=1), 6, False, False, None)
        if then == "gelu":
          y = torch.gelu(y, approximate="none")
        return y
      """;

  /**
   * The sum of 64 products 1 · 1 in 8 bits. A processor without VNNI instructions adds two products
   * of 8 bits in 16 and cuts the sum off at 32,767: it gives 32.
   */
  static final String SUM_OF_64 =
      """
      def sum_of_64(self: __torch__.Ops, ones: Tensor) -> Tensor:
        scales = torch.div(torch.select(ones, 1, 0), 127.)
        zeros = torch.zeros_like(scales, dtype=4, layout=None, device=None, pin_memory=None, memory_format=None)
        weight = ops.quantized.linear_prepack(torch.quantize_per_channel(ones, scales, zeros, 0, 12), None)
        return ops.quantized.linear_dynamic(ones, weight, False)
      """;

  // The scale of a row maps its greatest weight to 127; dtype 12 is qint8, 4 int64.
  static final String INT8 =
      """
      def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> WEIGHT:
        greatest = torch.amax(torch.abs(weight), [1], False)
        scales = torch.div(torch.clamp(greatest, 1e-30, None), 127.)
        zeros = torch.zeros_like(scales, dtype=4, layout=None, device=None, pin_memory=None, memory_format=None)
        return ops.quantized.linear_prepack(torch.quantize_per_channel(weight, scales, zeros, 0, 12), bias)
      def linear(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, then: str) -> Tensor:
        y = ops.quantized.linear_dynamic(x, weight, REDUCED)
        if then == "gelu":
          y = torch.gelu(y, approximate="none")
        return y
      """;

  static final String STACK =
      """
      def activated(self: __torch__.Ops, x: Tensor, activation: str) -> Tensor:
        if activation == "GELU_TANH":
          y = torch.gelu(x, approximate="tanh")
        elif activation == "GELU_10":
          y = torch.clamp(torch.gelu(x, approximate="none"), None, 10)
        elif activation == "QUICK_GELU":
          y = torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))
        elif activation == "RELU":
          y = torch.relu(x)
        elif activation == "RELU_SQUARED":
          y = torch.square(torch.relu(x))
        elif activation == "RELU_6":
          y = torch.clamp(x, 0, 6)
        elif activation == "LEAKY_RELU":
          y = torch.leaky_relu(x, 0.01)
        elif activation == "SILU":
          y = torch.silu(x)
        elif activation == "HARD_SWISH":
          y = torch.hardswish(x)
        elif activation == "MISH":
          y = torch.mish(x)
        elif activation == "SQRT_SOFTPLUS":
          y = torch.sqrt(torch.softplus(x, 1, 20))
        elif activation == "TANH":
          y = torch.tanh(x)
        elif activation == "SIGMOID":
          y = torch.sigmoid(x)
        elif activation == "LAPLACE":
          y = torch.mul(torch.add(torch.erf(torch.div(torch.sub(x, 0.707107), 0.39894257)), 1), 0.5)
        else:
          y = x
        return y
      def intermediate(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, activation: str) -> Tensor:
        if activation == "GELU":
          y = (self).linear(x, weight, bias, "gelu", )
        else:
          y = (self).activated((self).linear(x, weight, bias, "none", ), activation, )
        return y
      def attention(self: __torch__.Ops, q: Tensor, kv: Tensor, texts: List[int], lengths: List[int], rows: int, heads: int) -> Tensor:
        hidden = torch.size(q, 1)
        size = hidden // heads
        contexts = annotate(List[Tensor], [])
        from_q = 0
        from_kv = 0
        for g in range(len(texts)):
          n = texts[g]
          s = lengths[g]
          m = s
          if rows == 1:
            m = 1
          qg = torch.transpose(torch.view(torch.narrow(q, 0, from_q, n * m), [n, m, heads, size]), 1, 2)
          kvg = torch.view(torch.narrow(kv, 0, from_kv, n * s), [n, s, 2, heads, size])
          kg = torch.transpose(torch.select(kvg, 2, 0), 1, 2)
          vg = torch.transpose(torch.select(kvg, 2, 1), 1, 2)
          context = torch.scaled_dot_product_attention(qg, kg, vg, None, 0., False, scale=None, enable_gqa=False)
          _0 = torch.append(contexts, torch.reshape(torch.transpose(context, 1, 2), [n * m, hidden]))
          from_q = from_q + n * m
          from_kv = from_kv + n * s
        y = contexts[0]
        if len(contexts) > 1:
          y = torch.cat(contexts, 0)
        return y
      def columns(self: __torch__.Ops, x: Tensor, width: int) -> Tensor:
        y = x
        if torch.size(x, 1) != width:
          y = torch.narrow(x, 1, 0, width)
        return y
      def stack(self: __torch__.Ops, x: Tensor, texts: List[int], lengths: List[int], first: Tensor, weights: List[WEIGHT], biases: List[Tensor], norms: List[Tensor], heads: int, activation: str, epsilon: float) -> Tensor:
        hidden = torch.size(x, 1)
        layers = len(norms) // 4
        y = x
        w = 0
        for l in range(layers):
          n = l * 4
          if l == layers - 1:
            rows = 1
            input = torch.index_select(y, 0, first)
            q = (self).columns((self).linear(input, weights[w], biases[w], "none", ), hidden, )
            w = w + 1
            kv = (self).columns((self).linear(y, weights[w], biases[w], "none", ), 2 * hidden, )
          else:
            rows = 0
            input = y
            qkv = (self).linear(y, weights[w], biases[w], "none", )
            q = torch.narrow(qkv, 1, 0, hidden)
            kv = torch.narrow(qkv, 1, hidden, 2 * hidden)
          context = (self).attention(q, kv, texts, lengths, rows, heads, )
          projected = (self).columns((self).linear(context, weights[w + 1], biases[w + 1], "none", ), hidden, )
          attended = torch.layer_norm(torch.add_(projected, input, alpha=1), [hidden], norms[n], norms[n + 1], epsilon, False)
          expanded = (self).intermediate(attended, weights[w + 2], biases[w + 2], activation, )
          output = (self).columns((self).linear(expanded, weights[w + 3], biases[w + 3], "none", ), hidden, )
          y = torch.layer_norm(torch.add_(output, attended, alpha=1), [hidden], norms[n + 2], norms[n + 3], epsilon, False)
          w = w + 4
        return y
      """;
}
