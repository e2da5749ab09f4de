package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.tuning.Vote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainings of a {@linkplain TextModelBuilder#crossValidate cross-validation}, one fold after
 * the other.
 *
 * @param <B> the builder
 * @param <M> the model it trains
 * @param <P> the model's prediction for one text
 * @param <E> the model's evaluation on labelled data
 */
final class CrossValidationRun<
    B extends TextModelBuilder<B, M, P, E>,
    M extends TextModel<P, E>,
    P,
    E extends EvaluationResult<P>> {
  private static final Logger log = LoggerFactory.getLogger(CrossValidationRun.class);

  private final B builder;
  private final FitSettings settings;

  /**
   * @param builder copied for the folds
   * @param settings those of the builder
   * @throws IllegalStateException if a folder for a model is set
   */
  CrossValidationRun(B builder, FitSettings settings) {
    this.builder = builder;
    this.settings = settings;
    Path kept = settings.output == null ? settings.checkpoints : settings.output;
    if (kept != null) {
      throw new IllegalStateException(
          "crossValidate: makes no model to keep in "
              + kept
              + "; call it without output(...) and checkpoints(...)");
    }
  }

  CrossValidation<E> run(Dataset data, int count) throws IOException {
    Fit<M, P, E> ofAll = new Fit<>(builder, settings, data);
    TaskChoice<P, E> choice = ofAll.check();
    Folds folds = builder.folds(data, count, Integer.toUnsignedLong(settings.options.seed()));
    Task<P, E> task = ofAll.task(choice);
    B ofFolds = builder.copy().names(task.labels()); // a fold may lack a label
    Map<Integer, P> predictions = new TreeMap<>(); // by row
    List<E> evaluations = new ArrayList<>();
    List<Map<String, Double>> metrics = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      E evaluation = evaluate(ofFolds, folds.split(fold), fold, count);
      evaluations.add(evaluation);
      metrics.add(builder.metrics(evaluation));
      int[] rows = folds.testRows(fold);
      for (int i = 0; i < rows.length; i++) {
        predictions.put(rows[i], evaluation.predictions().get(i));
      }
      log.info("fold {} of {}: {}", fold + 1, count, evaluation);
    }
    Targets truth = task.targets("data", data, Dataset.of());
    return new CrossValidation<>(
        evaluations, metrics, task.evaluation(truth, List.copyOf(predictions.values())));
  }

  private E evaluate(B ofFolds, Dataset.Split split, int fold, int count) throws IOException {
    try (M model = ofFolds.fit(split.train())) {
      if (Vote.any(settings.group, settings.control.isStopped())) {
        throw new IllegalStateException(
            "crossValidate: stopped in fold %s of %s, before all rows were predicted"
                .formatted(fold + 1, count));
      }
      return model.evaluate(split.test());
    }
  }
}
