package dev.afina.spark;

import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a saved model. */
final class Weights {
  private Weights() {}

  static Map<String, float[]> of(String folder) throws IOException {
    Map<String, float[]> weights = new LinkedHashMap<>();
    try (TensorSource file = Safetensors.open(Path.of(folder).resolve("model.safetensors"))) {
      for (String name : file.tensors().keySet()) {
        FloatBuffer values = file.floats(name).asFloatBuffer();
        float[] array = new float[values.remaining()];
        values.get(array);
        weights.put(name, array);
      }
    }
    return weights;
  }
}
