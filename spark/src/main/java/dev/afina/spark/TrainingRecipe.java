package dev.afina.spark;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Freeze;
import dev.afina.Lora;
import dev.afina.Loss;
import dev.afina.Precision;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingOptions;
import java.util.Arrays;
import java.util.Locale;

/** Applies the params of a training to a {@link ClassifierBuilder}. */
final class TrainingRecipe {
  private TrainingRecipe() {}

  /**
   * The builder for the training of a rank, without what only the rank knows.
   *
   * @param onThisMachine the checkpoint, from {@link ModelPlace#onThisMachine}
   */
  static ClassifierBuilder of(TrainingParams params, String onThisMachine) {
    ClassifierBuilder builder =
        Classifier.builder()
            .checkpoint(onThisMachine)
            .epochs(params.number(params.epochs))
            .batchSize(params.whole(params.batchSize))
            .accumulationSteps(params.whole(params.accumulationSteps))
            .learningRate(params.number(params.learningRate))
            .schedule(scheduleNamed(params.text(params.schedule)))
            .warmup(params.number(params.warmup))
            .weightDecay(params.number(params.weightDecay))
            .seed(params.whole(params.seed))
            .precision(precisionNamed(params.text(params.precision)))
            .options(
                TrainingOptions.standard()
                    .optimizer(o -> o.maxGradientNorm(params.number(params.maxGradientNorm))));
    String[] names = params.list(params.labels);
    if (names.length > 0) {
      builder.labels(names);
    }
    if (params.whole(params.maxSteps) != 0) {
      builder.maxSteps(params.whole(params.maxSteps));
    }
    if (params.number(params.dropout) != -1) {
      builder.dropout(params.number(params.dropout));
    }
    if (params.whole(params.maxTokens) != 0) {
      builder.maxTokens(params.whole(params.maxTokens));
    }
    Loss loss = Loss.crossEntropy();
    if (params.number(params.labelSmoothing) != 0) {
      loss = loss.labelSmoothing(params.number(params.labelSmoothing));
    }
    builder.loss(params.flag(params.balancedClasses) ? loss.balancedClassWeights() : loss);
    if (params.whole(params.loraRank) != 0) {
      builder.lora(Lora.rank(params.whole(params.loraRank)));
    }
    if (params.whole(params.freezeLayers) != 0) {
      builder.freeze(Freeze.layers(params.whole(params.freezeLayers)));
    }
    addSelection(builder, params);
    return builder;
  }

  private static void addSelection(ClassifierBuilder builder, TrainingParams params) {
    switch (params.text(params.head)) {
      case "keep" -> {}
      case "replace" -> builder.replaceHead();
      case "extend" -> builder.extendHead();
      default ->
          throw new IllegalArgumentException(
              "head: expected keep, replace or extend, got \"" + params.text(params.head) + "\"");
    }
    if (!params.text(params.keepBest).isEmpty()) {
      builder.keepBest(params.text(params.keepBest));
    }
    if (params.whole(params.earlyStopping) != 0) {
      builder.earlyStopping(params.whole(params.earlyStopping));
    }
    if (params.whole(params.evaluateEvery) != 0) {
      builder.evaluateEvery(params.whole(params.evaluateEvery));
    }
    if (params.whole(params.saveEvery) != 0) {
      builder.saveEvery(params.whole(params.saveEvery));
    }
    String checkpoints = params.text(params.checkpointFolder);
    if (!checkpoints.isEmpty()) {
      builder.checkpoints(MountedFolder.of("checkpointFolder", checkpoints));
    }
  }

  private static Schedule scheduleNamed(String name) {
    return switch (name) {
      case "linear" -> Schedule.linear();
      case "cosine" -> Schedule.cosine();
      case "polynomial" -> Schedule.polynomial();
      case "constant" -> Schedule.constant();
      case "inverse_sqrt" -> Schedule.inverseSquareRoot();
      case "reduce_lr_on_plateau" -> Schedule.reduceOnPlateau();
      default ->
          throw new IllegalArgumentException(
              "schedule: expected linear, cosine, polynomial, constant, inverse_sqrt or"
                  + " reduce_lr_on_plateau, got \""
                  + name
                  + "\"");
    };
  }

  private static Precision precisionNamed(String name) {
    return Arrays.stream(Precision.values())
        .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision: expected float32 or bfloat16, got \"" + name + "\""));
  }
}
