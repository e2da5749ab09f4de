package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import dev.afina.internal.engine.PackedKernels.Activation;
import dev.afina.internal.engine.PackedKernels.Arguments;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A network from ids to logits as a single call of native code: embeddings, a {@link PackedStack}
 * and a head of two layers, with the same results as one by one. A text of few tokens takes less
 * time by the calls that this saves, and still less in Java where {@link ShortTexts} can be used.
 *
 * <p>Does not own the stack nor the arrays of embeddings and head. Thread safe until closed.
 */
public final class PackedNetwork implements AutoCloseable {
  private final PackedStack stack;
  private final IValue tables;
  private final IValue normWeight;
  private final IValue normBias;
  private final IValue epsilon;
  private final IValue head;
  private final IValue activation;
  private final Optional<ShortTexts> shortTexts;

  /**
   * Embedding tables whose rows are added and normalized.
   *
   * @param tables (rows, H) each, at least one
   * @param weight (H), of the LayerNorm
   * @param bias (H)
   */
  public record Tables(List<NDArray> tables, NDArray weight, NDArray bias, double epsilon) {}

  /**
   * Two linear layers with an activation between them.
   *
   * @param weight (D, H)
   * @param bias (D)
   * @param outputWeight (C, D)
   * @param outputBias (C)
   */
  public record Head(
      NDArray weight,
      NDArray bias,
      Activation activation,
      NDArray outputWeight,
      NDArray outputBias) {

    List<NDArray> arrays() {
      return List.of(weight, bias, outputWeight, outputBias);
    }
  }

  /**
   * Puts the parts together.
   *
   * @param stack must stay open
   * @param plain the layers as they were before they were packed, which must stay open, too; or
   *     empty. In a JVM with the Vector API, {@link ShortTexts} are computed from them
   */
  public PackedNetwork(Tables embeddings, PackedStack stack, Head head, List<PlainLayer> plain) {
    this.shortTexts = ShortTexts.of(embeddings, plain, head, stack.kernels().format());
    this.stack = stack;
    this.tables = TorchScriptModule.listOf(embeddings.tables);
    this.normWeight = TorchScriptModule.valueOf(embeddings.weight);
    this.normBias = TorchScriptModule.valueOf(embeddings.bias);
    this.epsilon = IValue.from(embeddings.epsilon);
    this.head = TorchScriptModule.listOf(head.arrays());
    this.activation = IValue.from(head.activation.name());
  }

  /**
   * Computes logits.
   *
   * @param ids T numbers for each table, in range
   * @param call which tokens the head reads; biases are those of all tokens
   * @return (R, C), in {@code manager}
   */
  public NDArray apply(List<long[]> ids, AttentionCall call, NDManager manager) {
    stack.kernels().check().attention(call, stack.hidden());
    Supplier<NDArray> natively = () -> uncheckedApply(ids, call, manager);
    return shortTexts.isPresent()
        ? shortTexts.get().logits(ids, call, manager, natively)
        : natively.get();
  }

  NDArray uncheckedApply(List<long[]> ids, AttentionCall call, NDManager manager) {
    try (Arguments in =
        new Arguments()
            .borrowed(tables)
            .numbers(PackedKernels.joined(ids))
            .borrowed(normWeight)
            .borrowed(normBias)
            .borrowed(epsilon)) {
      stack.with(in, call).borrowed(head).borrowed(activation);
      return stack.kernels().call("network", manager, in);
    }
  }

  /** Present where single short texts may be computed in Java. */
  Optional<ShortTexts> shortTexts() {
    return shortTexts;
  }

  @Override
  public void close() {
    shortTexts.ifPresent(ShortTexts::close);
    NativeUse.free(
        () -> {
          tables.close();
          normWeight.close();
          normBias.close();
          epsilon.close();
          head.close();
          activation.close();
        });
  }
}
