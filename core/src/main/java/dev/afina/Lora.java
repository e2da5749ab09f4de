package dev.afina;

import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.lora.DefaultTargets;
import dev.afina.internal.model.lora.LinearLayers;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685), as Hugging Face PEFT has it: what is
 * trained are, beside the head, two small matrices A and B for some linear layers of the encoder,
 * whose own weights stay as they are. Such a layer computes W·x + b + scale · B·A·x. Immutable:
 * each method that sets returns a new value.
 *
 * <p>The head, which is what comes after the last layer, is trained as a whole and saved with the
 * adapter, also the parts that PEFT leaves out by itself (BERT's and DeBERTa's pooler, DistilBERT's
 * pre_classifier).
 *
 * <p>With {@link Precision#BFLOAT16} only the layers that are trained, A, B and the head, are
 * computed in it; the frozen ones stay in float32, so it gains little.
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
   * Updates of a rank, with PEFT's defaults for all else: alpha 8, no dropout, and the layers that
   * make queries and values.
   *
   * @param rank how many rows A and columns B have, 1 or more and no more than the layers have
   *     inputs or outputs; PEFT's default is 8
   */
  public static Lora rank(int rank) {
    if (rank < 1) {
      throw new IllegalArgumentException("lora: rank: expected 1 or more, got " + rank);
    }
    return new Lora(rank, 8, 0, false, List.of());
  }

  /**
   * What the updates are scaled with: the scale is alpha / rank.
   *
   * @param alpha over 0; 8 by default, whatever the rank
   */
  public Lora alpha(double alpha) {
    if (!(alpha > 0 && alpha <= 1e6)) {
      throw new IllegalArgumentException(
          "lora: alpha: expected a number over 0, up to 1000000, got " + alpha);
    }
    return new Lora(rank, alpha, dropout, rankStabilized, targets);
  }

  /**
   * The share of an update's inputs that is dropped in training, in [0, 1); 0 by default. {@link
   * TextModelBuilder#dropout} does not change it.
   */
  public Lora dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("lora: dropout: expected a rate in [0, 1), got " + rate);
    }
    return new Lora(rank, alpha, rate, rankStabilized, targets);
  }

  /**
   * Makes the scale alpha / √rank, so that higher ranks do not learn slower (Kalajdzievski 2023,
   * arXiv 2312.03732): PEFT's {@code use_rslora}.
   */
  public Lora rankStabilized() {
    return new Lora(rank, alpha, dropout, true, targets);
  }

  /**
   * The layers of the encoder that get an update.
   *
   * @param names of layers or the ends of their names after a dot, such as {@code "query"}; {@code
   *     "all-linear"} for all. By default query and value (of DeBERTa v1 and ModernBERT, which have
   *     them in one layer, that one).
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
  AdapterConfig config(String modelType, List<String> head, String checkpoint) {
    return new AdapterConfig(
            rank, alpha, dropout, rankStabilized, targets(modelType), head, "", null)
        .ofCheckpoint(checkpoint);
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
