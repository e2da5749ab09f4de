package dev.afina.internal.tuning;

import dev.afina.internal.model.layers.ParameterSpec;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The depth of each parameter in a model: 0 for the embeddings and for what all layers share, 1 for
 * the first layer, the number of layers + 1 for the head. ALBERT counts as having few layers,
 * because it shares their weights.
 */
final class LayerDepths {
  private static final Pattern LAYER =
      Pattern.compile("(?:^|\\.)(?:layers?|albert_layer_groups)\\.(\\d+)\\.");
  private static final Pattern AFTER_LAYERS = Pattern.compile("(?:^|\\.)final_norm\\.");

  private final int layers;

  LayerDepths(List<ParameterSpec> parameters) {
    this.layers =
        parameters.stream().mapToInt(spec -> spec.isHead() ? 0 : layer(spec.key())).max().orElse(0);
  }

  int layers() {
    return layers;
  }

  int head() {
    return layers + 1;
  }

  int of(ParameterSpec spec) {
    if (spec.isHead()) {
      return head();
    }
    return AFTER_LAYERS.matcher(spec.key()).find() ? layers : layer(spec.key());
  }

  private static int layer(String key) {
    Matcher layer = LAYER.matcher(key);
    return layer.find() ? Integer.parseInt(layer.group(1)) + 1 : 0;
  }
}
