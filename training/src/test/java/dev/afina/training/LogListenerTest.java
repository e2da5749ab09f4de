package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class LogListenerTest {

  /** A log that keeps its lines. */
  private static final class Lines extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;
    private final transient List<String> lines = new ArrayList<>();
    private final boolean info;

    Lines(boolean info) {
      this.name = "test";
      this.info = info;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return Lines.class.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String message, Object[] values, Throwable problem) {
      lines.add(level + " " + MessageFormatter.basicArrayFormat(message, values));
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return info;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }

  private static void train(Logger log) throws IOException {
    LogListener listener = LogListener.to(log);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", 0.5);
    metrics.put("accuracy", 0.75);
    listener.started(TrainingListener.Plan.of(1200, 4, 2, 1, 22_714_371));
    for (int step = 1; step <= 4; step++) {
      listener.stepped(
          TrainingListener.Step.of(
              step, 4, step / 2.0, 1.5, 5e-5, 2, 4, 71.25, Duration.ofSeconds(62)));
      if (step == 2) {
        listener.logged(
            new TrainingState.LogEntry(
                2, 1, Map.of("loss", 1.25, "grad_norm", 2.0, "learning_rate", 5e-5)));
      }
      if (step != 1) {
        listener.evaluated(
            TrainingListener.Evaluated.of(
                step, step / 2.0, metrics, Duration.ofMillis(1250), true));
      }
      if (step % 2 == 0) {
        listener.epochEnded(
            TrainingListener.Epoch.of(step / 2, step, 1.5, metrics, Duration.ofSeconds(9), true));
        listener.saved(step);
      }
    }
    listener.finished(TrainingResult.of(4, 1.5, 71.25, Duration.ofMillis(18_040), List.of()));
  }

  @Test
  void eachThing_hasOneLine_andEvaluationsAtTheEndOfAnEpochNone() throws IOException {
    Lines log = new Lines(true);
    train(log);
    assertThat(log.lines)
        .containsExactly(
            "INFO training begins: 1,200 examples, 4 steps, 2 an epoch, 1 of warmup,"
                + " 22,714,371 parameters",
            "INFO step 2 of 4, epoch 1.00: loss 1.2500, gradient norm 2.00, learning rate 5.00e-05;"
                + " 71.3 examples/s, 62 s left",
            "INFO step 2 of 4: a checkpoint is written",
            "INFO step 3 of 4, epoch 1.50: evaluated in 1.3 s: loss 0.5000, accuracy 0.7500",
            "INFO step 4 of 4: a checkpoint is written",
            "INFO training ended at step 4 of 4 (COMPLETE) after 18.0 s: mean loss 1.5000, 71.3"
                + " examples/s");
  }

  @Test
  void aLogWithoutInfo_getsNothing() throws IOException {
    Lines log = new Lines(false);
    train(log);
    assertThat(log.lines).isEmpty();
  }
}
