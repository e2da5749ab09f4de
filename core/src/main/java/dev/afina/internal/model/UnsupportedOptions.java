package dev.afina.internal.model;

import dev.afina.CheckpointException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Options of config.json that change what a model computes and that no architecture here has:
 * switched on, they are refused by name, never passed over.
 */
final class UnsupportedOptions {
  private static final Logger log = LoggerFactory.getLogger(UnsupportedOptions.class);

  private UnsupportedOptions() {}

  static void refuse(ConfigJson config) throws CheckpointException {
    config.refuseUnless("is_decoder", "false"); // tokens would see those before them only
    config.refuseUnless("add_cross_attention", "false");
    config.refuseUnless("is_encoder_decoder", "false");
    // Older transformers computed with it; version 5 passes over it, and is wrong for these files.
    config.refuseUnless("position_embedding_type", "\"absolute\"");
    config.refuseUnless("chunk_size_feed_forward", "0");
    config.refuseUnless("pruned_heads", "{}", "null");
    config.refuseUnless("quantization_config", "null");
    config.refuseUnless("per_layer_config", "null", "{}"); // other sizes for single layers
    if (config.has("auto_map")) {
      log.warn(
          "{}: auto_map names Python code that comes with the model; it is not run, and the model is"
              + " computed as its model_type says",
          config.where());
    }
  }

  /** What only families with rotary positions have. */
  static void refuseRotary(ConfigJson config) throws CheckpointException {
    config.refuseUnless("rope_scaling", "null");
    config.refuseUnless("rope_parameters", "null");
  }
}
