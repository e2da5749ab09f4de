package dev.afina;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.model.Dropout;
import dev.afina.model.Model;
import dev.afina.model.PackedBatch;
import dev.afina.model.ParameterSpec;
import dev.afina.model.Weights;
import dev.afina.tokenization.Encoding;
import dev.afina.training.Parameter;
import dev.afina.training.TrainingTask;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A model, tokenized texts and their labels, as the trainer wants them: cross-entropy by number.
 */
final class FineTuning implements TrainingTask {
  private final Model model;
  private final List<Encoding> texts;
  private final int[] labels;
  private final int classes;
  private final Dropout dropout;
  private final Supplier<Map<String, Double>> evaluation;

  FineTuning(
      Model model,
      List<Encoding> texts,
      int[] labels,
      int classes,
      Dropout dropout,
      Supplier<Map<String, Double>> evaluation) {
    this.model = model;
    this.texts = texts;
    this.labels = labels;
    this.classes = classes;
    this.dropout = dropout;
    this.evaluation = evaluation;
  }

  @Override
  public List<Parameter> parameters() {
    return model.architecture().spec().parameters().stream().map(this::parameter).toList();
  }

  private Parameter parameter(ParameterSpec spec) {
    return new Parameter(spec.key(), model.array(spec.key()), spec.decayed());
  }

  @Override
  public int size() {
    return texts.size();
  }

  @Override
  public NDArray loss(int[] examples, Map<String, NDArray> leaves, NDManager scope) {
    List<Encoding> encodings = Arrays.stream(examples).mapToObj(texts::get).toList();
    PackedBatch batch = new PackedBatch(encodings, model.architecture(), scope);
    NDArray logits = model.architecture().logits(batch, new Weights(leaves), dropout); // (B, C)
    float[] truth = new float[examples.length * classes];
    for (int i = 0; i < examples.length; i++) {
      truth[i * classes + labels[examples[batch.index(i)]]] = -1f;
    }
    return logits.logSoftmax(1).mul(scope.create(truth, new Shape(examples.length, classes))).sum();
  }

  @Override
  public Map<String, Double> evaluate() {
    return evaluation.get();
  }
}
