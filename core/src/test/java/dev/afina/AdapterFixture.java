package dev.afina;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorInfo;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An adapter that PEFT wrote, to be changed and written again. */
final class AdapterFixture {
  static final String QUERY = "base_model.model.bert.encoder.layer.0.attention.self.query";

  final JsonObject config;
  final Map<String, TensorData> tensors = new LinkedHashMap<>();

  private AdapterFixture(JsonObject config) {
    this.config = config;
  }

  /** The adapter of a family's model of odd sizes, of rank 3. */
  static AdapterFixture of(String family) throws IOException {
    Path folder = Golden.path("").resolveSibling("lora").resolve(family).resolve("adapter");
    AdapterFixture fixture =
        new AdapterFixture(
            JsonParser.parseString(Files.readString(folder.resolve("adapter_config.json")))
                .getAsJsonObject());
    fixture.base(Golden.path(family + "/odd/model").toString());
    try (TensorSource source = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
      for (TensorInfo tensor : source.tensors().values()) {
        fixture.tensors.put(
            tensor.name(), TensorData.floats(source.floats(tensor.name()), tensor.dimensions()));
      }
    }
    return fixture;
  }

  void base(String reference) {
    config.addProperty("base_model_name_or_path", reference);
  }

  /** Sets a tensor to one number everywhere. */
  void fill(String name, float value, long... shape) {
    int size = 1;
    for (long dimension : shape) {
      size *= (int) dimension;
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(value);
    }
    tensors.put(name, TensorData.floats(bytes.flip(), shape));
  }

  long[] shape(String name) {
    return tensors.get(name).shape().stream().mapToLong(n -> n).toArray();
  }

  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("adapter_config.json"), config.toString());
    Safetensors.write(folder.resolve("adapter_model.safetensors"), tensors, Safetensors.PYTORCH);
    return folder;
  }
}
