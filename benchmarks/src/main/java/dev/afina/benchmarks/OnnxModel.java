package dev.afina.benchmarks;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A classifier by ONNX Runtime as one who knows it would write it: all graph optimizations, a
 * thread a core, direct buffers, and texts of about equal length in a batch.
 */
final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;
  private final List<String> inputs;

  /**
   * Loads a graph.
   *
   * @param threads of one operator; 0 for as many as the machine has cores
   */
  OnnxModel(Path graph, Path tokenizer, int maxTokens, int threads) throws IOException {
    this.tokenizer =
        HuggingFaceTokenizer.newInstance(
            tokenizer,
            Map.of(
                "truncation",
                "true",
                "maxLength",
                Integer.toString(maxTokens),
                "padding",
                "false"));
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(
          threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
      this.session = environment.createSession(graph.toString(), options);
      this.inputs = List.copyOf(session.getInputNames());
    } catch (OrtException e) {
      throw new IOException(graph + ": " + e.getMessage(), e);
    }
  }

  /** The logits of each text, in their order. */
  float[][] logits(List<String> texts, int batchSize) throws IOException {
    Encoding[] encodings = tokenizer.batchEncode(texts);
    int[] order =
        IntStream.range(0, encodings.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> encodings[i].getIds().length))
            .mapToInt(i -> i)
            .toArray();
    float[][] logits = new float[encodings.length][];
    for (int from = 0; from < order.length; from += batchSize) {
      int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
      float[][] batch = run(IntStream.of(rows).mapToObj(i -> encodings[i]).toList());
      for (int i = 0; i < rows.length; i++) {
        logits[rows[i]] = batch[i];
      }
    }
    return logits;
  }

  @Override
  public void close() {
    tokenizer.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A batch, the longest text last. */
  private float[][] run(List<Encoding> batch) throws IOException {
    int length = batch.get(batch.size() - 1).getIds().length;
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (String input : inputs) {
        tensors.put(input, tensor(input, batch, length));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return (float[][]) result.get(0).getValue();
      }
    } catch (OrtException e) {
      throw new IOException(e);
    } finally {
      new ArrayList<>(tensors.values()).forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(String input, List<Encoding> batch, int length) throws OrtException {
    LongBuffer buffer =
        ByteBuffer.allocateDirect(batch.size() * length * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .asLongBuffer();
    for (int i = 0; i < batch.size(); i++) {
      buffer.position(i * length);
      buffer.put(values(input, batch.get(i))); // what follows is 0, padding
    }
    return OnnxTensor.createTensor(environment, buffer.rewind(), new long[] {batch.size(), length});
  }

  private static long[] values(String input, Encoding encoding) {
    return switch (input) {
      case "input_ids" -> encoding.getIds();
      case "attention_mask" -> encoding.getAttentionMask();
      case "token_type_ids" -> encoding.getTypeIds();
      default -> throw new IllegalArgumentException("input \"" + input + "\" of the graph");
    };
  }
}
