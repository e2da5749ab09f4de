package dev.afina;

import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.lora.DefaultTargets;
import dev.afina.internal.model.lora.LinearLayers;
import dev.afina.internal.tuning.LoraUpdates;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685), compatible with Hugging Face PEFT.
 * Instead of the weights W of some linear layers of the encoder, two small matrices A and B are
 * trained for each, besides the head; such a layer computes W·x + b + scale · B·A·x. Immutable:
 * each method that sets a value returns a new one, or throws an {@link IllegalArgumentException} if
 * the value is out of range. {@link TextModelBuilder#fit} checks what depends on the model.
 *
 * <p>The head, which is everything after the last layer, is trained and saved with the adapter as a
 * whole, including the parts that PEFT leaves out by default (the pooler of BERT and DeBERTa, the
 * pre_classifier of DistilBERT).
 *
 * <p>{@link Precision#BFLOAT16} gains little, because it applies only to the trained layers (A, B
 * and the head); the frozen ones are computed in float32.
 */
public final class Lora {
  private final int rank;
  private final double alpha;
  private final double dropout;
  private final boolean rankStabilized;
  private final List<String> targets;

  private Lora(
      int rank, double alpha, double dropout, boolean rankStabilized, List<String> targets) {
    this.rank = rank;
    this.alpha = alpha;
    this.dropout = dropout;
    this.rankStabilized = rankStabilized;
    this.targets = targets;
  }

  /**
   * Updates of this rank, with PEFT's defaults for everything else: alpha 8, no dropout, and the
   * query and value layers.
   *
   * @param rank the number of rows of A and columns of B, 1 or more, at most the number of inputs
   *     and of outputs of each target layer; PEFT's default is 8
   */
  public static Lora rank(int rank) {
    if (rank < 1) {
      throw new IllegalArgumentException("lora: rank: expected 1 or more, got " + rank);
    }
    return new Lora(rank, 8, 0, false, List.of());
  }

  /**
   * Sets alpha; the updates are scaled by alpha / rank.
   *
   * @param alpha in (0, 1,000,000]; 8 by default, whatever the rank
   */
  public Lora alpha(double alpha) {
    if (!(alpha > 0 && alpha <= 1e6)) {
      throw new IllegalArgumentException(
          "lora: alpha: expected a number over 0, up to 1000000, got " + alpha);
    }
    return new Lora(rank, alpha, dropout, rankStabilized, targets);
  }

  /**
   * Sets the dropout rate of the inputs of A in training, in [0, 1); 0 by default. {@link
   * TextModelBuilder#dropout} does not affect it.
   */
  public Lora dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("lora: dropout: expected a rate in [0, 1), got " + rate);
    }
    return new Lora(rank, alpha, rate, rankStabilized, targets);
  }

  /**
   * Scales the updates by alpha / √rank instead, so that higher ranks do not learn more slowly
   * (Kalajdzievski 2023, arXiv 2312.03732): PEFT's {@code use_rslora}.
   */
  public Lora rankStabilized() {
    return new Lora(rank, alpha, dropout, true, targets);
  }

  /**
   * Sets the layers of the encoder that are updated.
   *
   * @param names names of layers, or their last parts after a dot, such as {@code "query"}; {@code
   *     "all-linear"} for all. Default: query and value, or the one layer that contains both
   *     (DeBERTa v1, ModernBERT)
   */
  public Lora targetModules(String... names) {
    if (names.length == 0 || Arrays.stream(names).anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "lora: targetModules: expected names of layers, got "
              + Excerpt.quotedList(List.of(names)));
    }
    return new Lora(rank, alpha, dropout, rankStabilized, List.of(names));
  }

  /**
   * The layers that get an update.
   *
   * @throws IllegalArgumentException when a target means no layer of the encoder, or a layer is too
   *     small for the rank
   */
  List<LinearSpec> layers(Architecture architecture, String modelType) {
    List<LinearSpec> layers = LinearLayers.of(architecture).targets(targets(modelType));
    for (LinearSpec layer : layers) {
      int most = Math.min(layer.in(), layer.out());
      if (rank > most) {
        throw new IllegalArgumentException(
            "lora: rank %s, but layer \"%s\" has %s inputs and %s outputs; expected at most %s"
                .formatted(rank, layer.name(), layer.in(), layer.out(), most));
      }
    }
    return layers;
  }

  private List<String> targets(String modelType) {
    return targets.isEmpty() ? DefaultTargets.of(modelType) : targets;
  }

  /**
   * What adapter_config.json says of it.
   *
   * @param head the modules that are saved as a whole
   * @param checkpoint what the base is opened with
   */
  private AdapterConfig config(String modelType, List<String> head, String checkpoint) {
    return new AdapterConfig(
            rank, alpha, dropout, rankStabilized, targets(modelType), head, "", null)
        .ofCheckpoint(checkpoint);
  }

  /**
   * Begins the updates of a training, which the caller closes.
   *
   * @param checkpoint what the model was opened with
   * @throws IllegalArgumentException as {@link #layers}
   */
  LoraUpdates updates(Model model, String checkpoint, int seed) {
    String modelType = model.config().get("model_type").getAsString();
    return new LoraUpdates(
        model,
        layers(model.architecture(), modelType),
        config(modelType, LoraUpdates.headModules(model), checkpoint),
        seed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Lora that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** For example {@code rank 8, alpha 16, dropout 0.1, targets query, value}. */
  @Override
  public String toString() {
    return "rank "
        + rank
        + ", alpha "
        + plain(alpha)
        + ", dropout "
        + plain(dropout)
        + (rankStabilized ? ", rank-stabilized" : "")
        + (targets.isEmpty() ? ", usual targets" : ", targets " + String.join(", ", targets));
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
