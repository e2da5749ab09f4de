package dev.afina.internal.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The golden files of interop/golden_models.py, which transformers wrote. */
public final class Golden {

  /**
   * Whether PyTorch computes by its scalar kernels: on processors without AVX2, and where the build
   * asks for them. They round otherwise than those that wrote the golden files.
   */
  public static final boolean SCALAR_KERNELS =
      "default".equals(System.getenv("ATEN_CPU_CAPABILITY"))
          || !System.getProperty("os.arch").equals("amd64");

  private Golden() {}

  /** A file or folder among them. */
  public static Path path(String name) {
    URL url = Golden.class.getResource("/golden/models/" + name);
    if (url == null) {
      throw new IllegalArgumentException("no golden file " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** A JSON file among them. */
  public static JsonObject json(String name) throws IOException {
    return JsonParser.parseString(Files.readString(path(name))).getAsJsonObject();
  }

  /** The tensors of a safetensors file among them. */
  static Map<String, float[]> tensors(String name) throws IOException {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (TensorSource source = Safetensors.open(path(name))) {
      for (String key : source.tensors().keySet()) {
        var buffer = source.floats(key).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        tensors.put(key, values);
      }
    }
    return tensors;
  }

  /** A model among them. */
  public static Model model(String folder, ModelLoader.HeadWeights head) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(path(folder))) {
      return ModelLoader.load(files, 3, head, 42);
    }
  }

  /**
   * The cases, encoded by the model's own tokenizer. An empty second text is left out, as
   * transformers does in a call with one text; in its batches, and always in ours, it is a text.
   */
  static List<Encoding> encode(JsonArray cases, Tokenizer tokenizer, int maxTokens) {
    List<Encoding> encodings = new ArrayList<>();
    for (JsonElement element : cases) {
      JsonObject c = element.getAsJsonObject();
      JsonElement pair = c.get("pair");
      encodings.add(
          tokenizer.encode(
              c.get("text").getAsString(),
              pair.isJsonNull() || pair.getAsString().isEmpty() ? null : pair.getAsString(),
              maxTokens));
    }
    return encodings;
  }

  static int[] ints(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  static float[] floats(JsonElement array) {
    JsonArray values = array.getAsJsonArray();
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).getAsFloat();
    }
    return floats;
  }
}
