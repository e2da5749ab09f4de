package dev.afina.internal.engine;

/**
 * The functions of {@link PackedKernels} as TorchScript, in the dialect that a saved module holds.
 * A weight may have more rows than the layer has outputs; see {@link PackedFormat}.
 *
 * <p>{@code first_attention} is what one query a text and head gathers, without keys and values of
 * all tokens: q · (K x) is (q K) · x, and the mean of values V x is V times the mean of x. The bias
 * of keys is the same for all tokens of a text, which softmax does not see; that of values is added
 * once, as weights sum up to 1. It needs the plain weights of key and value.
 */
final class PackedScript {
  private PackedScript() {}

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

  static final String FLOAT16_WEIGHTS =
      """
      def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> WEIGHT:
        return ops.quantized.linear_prepack_fp16(weight, bias)
      def linear(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, then: str) -> Tensor:
        y = ops.quantized.linear_dynamic_fp16(x, weight)
        if then == "gelu":
          y = torch.gelu(y, approximate="none")
        return y
      """;

  static final String LAYERS =
      """
      def activated(self: __torch__.Ops, x: Tensor, activation: str) -> Tensor:
        if activation == "GELU":
          y = torch.gelu(x, approximate="none")
        elif activation == "GELU_TANH":
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
      def columns(self: __torch__.Ops, x: Tensor, width: int) -> Tensor:
        y = x
        if torch.size(x, 1) != width:
          y = torch.narrow(x, 1, 0, width)
        return y
      def apply(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, outputs: int, activation: str) -> Tensor:
        if activation == "GELU":
          y = (self).columns((self).linear(x, weight, bias, "gelu", ), outputs, )
        else:
          y = (self).activated((self).columns((self).linear(x, weight, bias, "none", ), outputs, ), activation, )
        return y
      def gated(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, outputs: int, activation: str) -> Tensor:
        y = (self).linear(x, weight, bias, "none", )
        half = outputs // 2
        gate = torch.narrow(y, 1, half, half)
        return torch.mul_((self).activated(torch.narrow(y, 1, 0, half), activation, ), gate)
      def add_norm(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, residual: Tensor, of: Tensor, to: Tensor, epsilon: float) -> Tensor:
        hidden = torch.size(residual, 1)
        y = (self).columns((self).linear(x, weight, bias, "none", ), hidden, )
        return torch.layer_norm(torch.add_(y, residual, alpha=1), [hidden], of, to, epsilon, False)
      def rotated(self: __torch__.Ops, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        rows = torch.size(x, 2)
        half = torch.size(x, 3) // 2
        cos = torch.narrow(cosines, 0, 0, rows)
        sin = torch.narrow(sines, 0, 0, rows)
        turned = torch.cat([torch.neg(torch.narrow(x, 3, half, half)), torch.narrow(x, 3, 0, half)], 3)
        return torch.add(torch.mul(x, cos), torch.mul(turned, sin), alpha=1)
      def products(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, scale: float, biases: List[Tensor]) -> Tensor:
        keys = torch.transpose(k, 1, 2)
        if len(biases) > 0:
          bias = torch.select(biases[0], 0, 0)
          if torch.size(q, 1) == 1:
            bias = torch.narrow(bias, 1, 0, 1)
          scaled = torch.baddbmm(bias, q, keys, beta=1, alpha=scale)
        else:
          none = torch.empty([1, 1, 1], dtype=6, layout=None, device=None, pin_memory=None, memory_format=None)
          scaled = torch.baddbmm(none, q, keys, beta=0, alpha=scale)
        return torch.transpose(torch.bmm(torch.softmax(scaled, 2, None), v), 0, 1)
      def attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, texts: List[int], lengths: List[int], rows: int, heads: int, scale: float, biases: List[Tensor], rotary: List[Tensor], products: bool) -> Tensor:
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
          kg = torch.transpose(torch.view(torch.narrow(k, 0, from_kv, n * s), [n, s, heads, size]), 1, 2)
          vg = torch.transpose(torch.view(torch.narrow(v, 0, from_kv, n * s), [n, s, heads, size]), 1, 2)
          if len(rotary) > 0:
            qg = (self).rotated(qg, rotary[0], rotary[1], )
            kg = (self).rotated(kg, rotary[0], rotary[1], )
          if products:
            context = (self).products(torch.select(qg, 0, 0), torch.select(kg, 0, 0), torch.select(vg, 0, 0), scale, biases, )
          elif len(biases) > 0:
            bias = biases[g]
            if rows == 1:
              bias = torch.narrow(bias, 2, 0, 1)
            context = torch.transpose(torch.scaled_dot_product_attention(qg, kg, vg, bias, 0., False, scale=scale, enable_gqa=False), 1, 2)
          else:
            context = torch.transpose(torch.scaled_dot_product_attention(qg, kg, vg, None, 0., False, scale=scale, enable_gqa=False), 1, 2)
          _0 = torch.append(contexts, torch.reshape(context, [n * m, hidden]))
          from_q = from_q + n * m
          from_kv = from_kv + n * s
        y = contexts[0]
        if len(contexts) > 1:
          y = torch.cat(contexts, 0)
        return y
      def self_attention(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, hidden: int, texts: List[int], lengths: List[int], heads: int, scale: float, biases: List[Tensor], rotary: List[Tensor], products: bool) -> Tensor:
        qkv = (self).linear(x, weight, bias, "none", )
        if products and len(rotary) == 0:
          all = torch.view((self).columns(qkv, 3 * hidden, ), [lengths[0], 3, heads, hidden // heads])
          parts = torch.unbind(torch.permute(all, [1, 2, 0, 3]), 0)
          y = torch.reshape((self).products(parts[0], parts[1], parts[2], scale, biases, ), [lengths[0], hidden])
        else:
          q = torch.narrow(qkv, 1, 0, hidden)
          k = torch.narrow(qkv, 1, hidden, hidden)
          v = torch.narrow(qkv, 1, 2 * hidden, hidden)
          y = (self).attention(q, k, v, texts, lengths, 0, heads, scale, biases, rotary, products, )
        return y
      def first_attention(self: __torch__.Ops, q: Tensor, x: Tensor, plain: Tensor, bias: Tensor, hidden: int, texts: List[int], lengths: List[int], heads: int, scale: float, biases: List[Tensor]) -> Tensor:
        size = hidden // heads
        keys = torch.view(torch.narrow(plain, 0, 0, hidden), [heads, size, hidden])
        values = torch.view(torch.narrow(plain, 0, hidden, hidden), [heads, size, hidden])
        asked = torch.bmm(torch.transpose(torch.view(q, [-1, heads, size]), 0, 1), keys)
        none = torch.empty([1, 1, 1], dtype=6, layout=None, device=None, pin_memory=None, memory_format=None)
        means = annotate(List[Tensor], [])
        from_q = 0
        from_x = 0
        for g in range(len(texts)):
          n = texts[g]
          s = lengths[g]
          a = torch.transpose(torch.narrow(asked, 1, from_q, n), 0, 1)
          xs = torch.view(torch.narrow(x, 0, from_x, n * s), [n, s, hidden])
          if len(biases) > 0:
            scaled = torch.baddbmm(torch.select(biases[g], 2, 0), a, torch.transpose(xs, 1, 2), beta=1, alpha=scale)
          else:
            scaled = torch.baddbmm(none, a, torch.transpose(xs, 1, 2), beta=0, alpha=scale)
          _0 = torch.append(means, torch.bmm(torch.softmax(scaled, 2, None), xs))
          from_q = from_q + n
          from_x = from_x + n * s
        mean = means[0]
        if len(means) > 1:
          mean = torch.cat(means, 0)
        context = torch.bmm(torch.transpose(mean, 0, 1), torch.transpose(values, 1, 2))
        return torch.add(torch.reshape(torch.transpose(context, 0, 1), [-1, hidden]), torch.narrow(bias, 0, hidden, hidden), alpha=1)
      def query_attention(self: __torch__.Ops, input: Tensor, query: WEIGHT, query_bias: Tensor, x: Tensor, weight: WEIGHT, bias: Tensor, plain: Tensor, rows: int, hidden: int, texts: List[int], lengths: List[int], heads: int, scale: float, biases: List[Tensor], rotary: List[Tensor], products: bool) -> Tensor:
        q = (self).columns((self).linear(input, query, query_bias, "none", ), hidden, )
        if rows == 1 and len(rotary) == 0:
          y = (self).first_attention(q, x, plain, bias, hidden, texts, lengths, heads, scale, biases, )
        else:
          kv = (self).linear(x, weight, bias, "none", )
          k = torch.narrow(kv, 1, 0, hidden)
          v = torch.narrow(kv, 1, hidden, hidden)
          y = (self).attention(q, k, v, texts, lengths, rows, heads, scale, biases, rotary, products, )
        return y
      def first_rows(self: __torch__.Ops, x: Tensor, texts: List[int], lengths: List[int]) -> Tensor:
        rows = annotate(List[Tensor], [])
        at = 0
        for g in range(len(texts)):
          n = texts[g]
          s = lengths[g]
          group = torch.view(torch.narrow(x, 0, at, n * s), [n, s, torch.size(x, 1)])
          _0 = torch.append(rows, torch.select(group, 1, 0))
          at = at + n * s
        return torch.cat(rows, 0)
      def post_norm_stack(self: __torch__.Ops, x: Tensor, weights: List[WEIGHT], biases: List[Tensor], norms: List[Tensor], plain: List[Tensor], wide: int, activation: str, epsilon: float, rows: int, hidden: int, texts: List[int], lengths: List[int], heads: int, scale: float, added: List[Tensor], rotary: List[Tensor], products: bool) -> Tensor:
        y = x
        w = 0
        for l in range(len(norms) // 4):
          input = y
          if len(weights) - w == 5:
            if rows == 1:
              input = (self).first_rows(y, texts, lengths, )
            context = (self).query_attention(input, weights[w], biases[w], y, weights[w + 1], biases[w + 1], plain[0], rows, hidden, texts, lengths, heads, scale, added, rotary, products, )
            w = w + 2
          else:
            context = (self).self_attention(y, weights[w], biases[w], hidden, texts, lengths, heads, scale, added, rotary, products, )
            w = w + 1
          n = 4 * l
          attended = (self).add_norm(context, weights[w], biases[w], input, norms[n], norms[n + 1], epsilon, )
          expanded = (self).apply(attended, weights[w + 1], biases[w + 1], wide, activation, )
          y = (self).add_norm(expanded, weights[w + 2], biases[w + 2], attended, norms[n + 2], norms[n + 3], epsilon, )
          w = w + 3
        return y
      def embeddings(self: __torch__.Ops, tables: List[Tensor], ids: List[int], of: Tensor, to: Tensor, epsilon: float) -> Tensor:
        rows = torch.unbind(torch.view(torch.tensor(ids, dtype=4, device=None, requires_grad=False), [len(tables), -1]), 0)
        y = torch.embedding(tables[0], rows[0], -1, False, False)
        for i in range(len(tables) - 1):
          y = torch.add_(y, torch.embedding(tables[i + 1], rows[i + 1], -1, False, False), alpha=1)
        return torch.layer_norm(y, [torch.size(y, 1)], of, to, epsilon, False)
      def network(self: __torch__.Ops, tables: List[Tensor], ids: List[int], of: Tensor, to: Tensor, embedding_epsilon: float, weights: List[WEIGHT], biases: List[Tensor], norms: List[Tensor], plain: List[Tensor], wide: int, activation: str, epsilon: float, rows: int, hidden: int, texts: List[int], lengths: List[int], heads: int, scale: float, added: List[Tensor], rotary: List[Tensor], products: bool, head: List[Tensor], head_activation: str) -> Tensor:
        x = (self).embeddings(tables, ids, of, to, embedding_epsilon, )
        y = (self).post_norm_stack(x, weights, biases, norms, plain, wide, activation, epsilon, rows, hidden, texts, lengths, heads, scale, added, rotary, products, )
        z = (self).activated(torch.linear(y, head[0], head[1]), head_activation, )
        return torch.linear(z, head[2], head[3])
      """;

  /**
   * How far the products and the attention of these functions are from plain operators, for {@link
   * PackedCheck}: in native code, since each operation that is called from a JVM that has just
   * started costs more than it computes.
   */
  static final String CHECKS =
      """
      def plain_products(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
        y = torch.linear(x, weight, bias)
        sizes = torch.amax(torch.abs(y), [0], True)
        if then == "gelu":
          y = torch.gelu(y, approximate="none")
        return torch.cat([y, sizes], 0)
      def product_difference(self: __torch__.Ops, x: Tensor, rows: int, plain: Tensor, weight: WEIGHT, bias: Tensor, then: str) -> Tensor:
        got = (self).linear(torch.narrow(x, 0, 0, rows), weight, bias, then, )
        sizes = torch.narrow(plain, 0, torch.size(x, 0), 1)
        apart = torch.abs(torch.sub(got, torch.narrow(plain, 0, 0, rows), alpha=1))
        return torch.max(torch.div(apart, torch.add(sizes, 1.1754944e-38, alpha=1)))
      def plain_turned(self: __torch__.Ops, x: Tensor, rotary: List[Tensor]) -> Tensor:
        y = x
        if len(rotary) > 0:
          half = torch.size(x, 2) // 2
          across = torch.cat([torch.neg(torch.narrow(x, 2, half, half)), torch.narrow(x, 2, 0, half)], 2)
          cosines = torch.narrow(rotary[0], 0, 0, torch.size(x, 1))
          sines = torch.narrow(rotary[1], 0, 0, torch.size(x, 1))
          y = torch.add(torch.mul(x, cosines), torch.mul(across, sines), alpha=1)
        return y
      def plain_attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, texts: List[int], lengths: List[int], heads: int, scale: float, biases: List[Tensor], rotary: List[Tensor]) -> Tensor:
        contexts = annotate(List[Tensor], [])
        at = 0
        for g in range(len(texts)):
          s = lengths[g]
          for t in range(texts[g]):
            by_heads = [s, heads, torch.size(q, 1) // heads]
            qt = torch.transpose(torch.reshape(torch.narrow(q, 0, at, s), by_heads), 0, 1)
            kt = torch.transpose(torch.reshape(torch.narrow(k, 0, at, s), by_heads), 0, 1)
            vt = torch.transpose(torch.reshape(torch.narrow(v, 0, at, s), by_heads), 0, 1)
            keys = torch.transpose((self).plain_turned(kt, rotary, ), 1, 2)
            scores = torch.mul(torch.matmul((self).plain_turned(qt, rotary, ), keys), scale)
            if len(biases) > 0:
              scores = torch.add(scores, torch.select(biases[g], 0, 0), alpha=1)
            context = torch.matmul(torch.softmax(scores, -1, None), vt)
            _0 = torch.append(contexts, torch.reshape(torch.transpose(context, 0, 1), [s, torch.size(q, 1)]))
            at = at + s
        return torch.cat(contexts, 0)
      def attention_difference(self: __torch__.Ops, qkv: Tensor, texts: List[int], lengths: List[int], heads: int, scale: float, biases: List[Tensor], rotary: List[Tensor]) -> Tensor:
        hidden = torch.size(qkv, 1) // 3
        q = torch.narrow(qkv, 1, 0, hidden)
        k = torch.narrow(qkv, 1, hidden, hidden)
        v = torch.narrow(qkv, 1, 2 * hidden, hidden)
        plain = (self).plain_attention(q, k, v, texts, lengths, heads, scale, biases, rotary, )
        got = (self).attention(q, k, v, texts, lengths, 0, heads, scale, biases, rotary, False, )
        apart = torch.max(torch.abs(torch.sub(got, plain, alpha=1)))
        s = lengths[len(lengths) - 1]
        at = torch.size(q, 0) - s
        bias = annotate(List[Tensor], [])
        if len(biases) > 0:
          _0 = torch.append(bias, biases[len(biases) - 1])
        alone = (self).attention(torch.narrow(q, 0, at, s), torch.narrow(k, 0, at, s), torch.narrow(v, 0, at, s), [1], [s], 0, heads, scale, bias, rotary, True, )
        return torch.maximum(apart, torch.max(torch.abs(torch.sub(alone, torch.narrow(plain, 0, at, s), alpha=1))))
      """;
}
