package dev.afina;

import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks several trainings of the same rows before the first of them begins, by their options,
 * rows, config.json, tokenizer, and the names and shapes of the weights. What depends on the rows
 * alone is checked once for all trainings that have it in common.
 *
 * @param <M> the model
 * @param <P> its prediction for one text
 * @param <E> its evaluation on labelled data
 */
final class TrialChecks<M extends TextModel<P, E>, P, E extends EvaluationResult<P>> {

  /** Rows that trainings have in common, and what they decide. */
  private static final class Rows<P, E extends EvaluationResult<P>> {
    private final Fit.RowsKey key;
    private final Fit<?, P, E> first;
    private final TaskChoice<P, E> choice;
    private TaskChoice.@Nullable Settled<P, E> settled;

    Rows(Fit.RowsKey key, Fit<?, P, E> first, TaskChoice<P, E> choice) {
      this.key = key;
      this.first = first;
      this.choice = choice;
    }
  }

  private final List<Rows<P, E>> known = new ArrayList<>();

  /**
   * Checks them: first all that needs no network, then what a config.json alone decides, then what
   * the small files of all checkpoints decide, and last the weights, which are downloaded for that.
   * So a checkpoint that cannot be had is missed before hours of training, and no download takes
   * from the time that the trainings share.
   *
   * @throws IllegalArgumentException as {@link TextModelBuilder#fit}, for the first that could not
   *     be trained
   * @throws CheckpointException if the weights do not fit one of them
   * @throws IOException as {@code fit}
   */
  void check(List<Fit<M, P, E>> trials) throws IOException {
    Map<Fit.Source, List<Fit<M, P, E>>> bySource = new LinkedHashMap<>();
    for (Fit<M, P, E> trial : trials) {
      trial.checkOptions();
      Object unused = rows(trial);
      trial.checkSizeAndPrecision();
      bySource.computeIfAbsent(trial.source(), source -> new ArrayList<>()).add(trial);
    }
    for (Rows<P, E> rows : known) {
      rows.first.checkBeforeDownload(rows.choice);
    }
    for (List<Fit<M, P, E>> ofOne : bySource.values()) {
      try (CheckpointFiles files = ofOne.get(0).openSmall();
          Tokenizer tokenizer = Tokenizer.load(files::read)) {
        for (Fit<M, P, E> trial : ofOne) {
          check(trial, files, tokenizer);
        }
      }
    }
    for (List<Fit<M, P, E>> ofOne : bySource.values()) {
      checkWeights(ofOne);
    }
  }

  private void checkWeights(List<Fit<M, P, E>> ofOne) throws IOException {
    Set<Fit.Weights> checked = new HashSet<>();
    try (CheckpointFiles files = ofOne.get(0).open()) {
      for (Fit<M, P, E> trial : ofOne) {
        trial.checkWeights(Objects.requireNonNull(rows(trial).settled), files, checked);
      }
    }
  }

  private void check(Fit<M, P, E> trial, CheckpointFiles files, Tokenizer tokenizer)
      throws IOException {
    Rows<P, E> rows = rows(trial);
    TaskChoice.Settled<P, E> settled = rows.settled;
    if (settled == null) {
      settled = trial.settle(rows.choice, files);
      trial.check(settled, files, tokenizer);
      trial.requireKeepBest(settled);
      rows.settled = settled;
    } else {
      trial.check(settled, files, tokenizer);
    }
  }

  /** The rows of a training, which are checked if no earlier one has them. */
  private Rows<P, E> rows(Fit<M, P, E> trial) {
    Fit.RowsKey key = trial.rowsKey();
    for (Rows<P, E> rows : known) {
      if (rows.key.equals(key)) {
        return rows;
      }
    }
    Rows<P, E> rows = new Rows<>(key, trial, trial.choice());
    known.add(rows);
    return rows;
  }
}
