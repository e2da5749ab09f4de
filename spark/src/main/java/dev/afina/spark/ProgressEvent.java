package dev.afina.spark;

import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A progress event of rank 0, to be sent to the driver.
 *
 * @param attempt the attempt of the stage, from 0
 * @param number the number of the event in its attempt, from 1
 */
record ProgressEvent(int attempt, long number, What what) implements Serializable {

  /** What happened: a value of {@link TrainingListener} that can be sent. */
  sealed interface What extends Serializable {
    void tell(TrainingListener listener) throws IOException;
  }

  /** The training begins. */
  record Started(int examples, int steps, int stepsPerEpoch, int warmupSteps, long parameters)
      implements What {
    static Started of(TrainingListener.Plan plan) {
      return new Started(
          plan.examples(),
          plan.steps(),
          plan.stepsPerEpoch(),
          plan.warmupSteps(),
          plan.parameters());
    }

    @Override
    public void tell(TrainingListener listener) {
      listener.started(
          TrainingListener.Plan.of(examples, steps, stepsPerEpoch, warmupSteps, parameters));
    }
  }

  /** An epoch begins. */
  record EpochStarted(int epoch) implements What {
    @Override
    public void tell(TrainingListener listener) {
      listener.epochStarted(epoch);
    }
  }

  /** An update. */
  record Stepped(
      int step,
      int steps,
      double epoch,
      double loss,
      double learningRate,
      double gradientNorm,
      int examples,
      double examplesPerSecond,
      Duration remaining)
      implements What {
    static Stepped of(TrainingListener.Step step) {
      return new Stepped(
          step.step(),
          step.steps(),
          step.epoch(),
          step.loss(),
          step.learningRate(),
          step.gradientNorm(),
          step.examples(),
          step.examplesPerSecond(),
          step.remaining());
    }

    @Override
    public void tell(TrainingListener listener) {
      listener.stepped(
          TrainingListener.Step.of(
              step,
              steps,
              epoch,
              loss,
              learningRate,
              gradientNorm,
              examples,
              examplesPerSecond,
              remaining));
    }
  }

  /** An evaluation. */
  record Evaluated(
      int step, double epoch, Map<String, Double> metrics, Duration duration, boolean best)
      implements What {
    static Evaluated of(TrainingListener.Evaluated evaluated) {
      return new Evaluated(
          evaluated.step(),
          evaluated.epoch(),
          new LinkedHashMap<>(evaluated.metrics()),
          evaluated.duration(),
          evaluated.best());
    }

    @Override
    public void tell(TrainingListener listener) throws IOException {
      listener.evaluated(TrainingListener.Evaluated.of(step, epoch, metrics, duration, best));
    }
  }

  /** A checkpoint. */
  record Saved(int step) implements What {
    @Override
    public void tell(TrainingListener listener) {
      listener.saved(step);
    }
  }

  /** An epoch ends. */
  record EpochEnded(
      int epoch,
      int step,
      double trainingLoss,
      Map<String, Double> metrics,
      Duration duration,
      boolean best)
      implements What {
    static EpochEnded of(TrainingListener.Epoch epoch) {
      return new EpochEnded(
          epoch.epoch(),
          epoch.step(),
          epoch.trainingLoss(),
          new LinkedHashMap<>(epoch.metrics()),
          epoch.duration(),
          epoch.best());
    }

    @Override
    public void tell(TrainingListener listener) throws IOException {
      listener.epochEnded(
          TrainingListener.Epoch.of(epoch, step, trainingLoss, metrics, duration, best));
    }
  }
}
