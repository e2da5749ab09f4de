package dev.afina.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import com.google.gson.JsonObject;
import java.io.IOException;

/** The child process in which ONNX Runtime works. */
final class OnnxPeer implements Worker.Tasks {
  private OnnxPeer() {}

  /** Serves standard input. */
  public static void main(String... args) throws IOException {
    Worker.serve(new OnnxPeer());
  }

  @Override
  public Task prepare(JsonObject request) throws IOException {
    return new OnnxTask(request);
  }

  @Override
  public JsonObject single(JsonObject request) {
    return Json.object("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
  }
}
