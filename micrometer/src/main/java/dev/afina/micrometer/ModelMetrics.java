package dev.afina.micrometer;

import dev.afina.DeadlineExceededException;
import dev.afina.Decision;
import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.MultiLabelPrediction;
import dev.afina.OverloadedException;
import dev.afina.Prediction;
import dev.afina.ScoreDistribution;
import dev.afina.TextModel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Objects;

/**
 * Records the activity of a serving model in a Micrometer registry, with the model's name as the
 * tag {@code model}:
 *
 * <pre>{@code
 * ModelMetrics metrics = ModelMetrics.of(registry, "tickets");
 * Classifier served = classifier.withServing(ServingOptions.standard().listener(metrics));
 * metrics.watchQueueOf(served);
 * classifier.rules().figures().ifPresent(f -> metrics.watchDriftFrom(f.scores()));
 * }</pre>
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name<th>meaning
 *   <tr><td>{@code afina.calls}<td>timer of answered calls, with the 50th, 95th and 99th percentile
 *   <tr><td>{@code afina.queued}<td>timer of the time that these calls waited
 *   <tr><td>{@code afina.texts}, {@code afina.tokens}<td>counters of texts and tokens in
 *       answered calls
 *   <tr><td>{@code afina.batch.texts}, {@code afina.batch.tokens}<td>distributions of batch sizes
 *   <tr><td>{@code afina.batch.time}<td>timer of the computation of a batch
 *   <tr><td>{@code afina.refused}, {@code afina.deadline.missed}, {@code afina.cancelled}, {@code
 *       afina.failed}<td>counters of calls without an answer
 *   <tr><td>{@code afina.labels}<td>counter of predicted labels, by tag {@code label}; a text
 *       whose decision is "not sure" counts for none
 *   <tr><td>{@code afina.decisions}<td>counter of decisions, by tag {@code sure} ({@code true} or
 *       {@code false})
 *   <tr><td>{@code afina.inflight.texts}, {@code afina.inflight.tokens}<td>gauges of what is
 *       waiting or being computed
 *   <tr><td>{@code afina.drift}<td>gauge of the population stability index of the last 1,000
 *       confidences against the validation data; NaN while there are fewer than 100
 *   <tr><td>{@code afina.swaps}<td>counter of replacements of the model of a handle
 * </table>
 *
 * <p>Thread safe. The meters stay in the registry as long as it exists. Counters and timers of one
 * name go on where others of that name ended; what is watched is that of the last call, also of
 * another {@code ModelMetrics} of the same registry and name.
 */
public final class ModelMetrics implements ModelListener {
  private final MeterRegistry registry;
  private final Tags tags;
  private final Timer calls;
  private final Timer queued;
  private final Counter texts;
  private final Counter tokens;
  private final DistributionSummary batchTexts;
  private final DistributionSummary batchTokens;
  private final Timer batchTime;
  private final Counter refused;
  private final Counter missed;
  private final Counter cancelled;
  private final Counter failed;
  private final Counter sure;
  private final Counter notSure;
  private final RecentScores recent = new RecentScores();

  private ModelMetrics(MeterRegistry registry, String model) {
    this.registry = registry;
    this.tags = Tags.of("model", model);
    this.calls =
        Timer.builder("afina.calls")
            .description("Calls that were answered, from the text to the prediction")
            .tags(tags)
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
    this.queued = registry.timer("afina.queued", tags);
    this.texts = registry.counter("afina.texts", tags);
    this.tokens = registry.counter("afina.tokens", tags);
    this.batchTexts = registry.summary("afina.batch.texts", tags);
    this.batchTokens = registry.summary("afina.batch.tokens", tags);
    this.batchTime = registry.timer("afina.batch.time", tags);
    this.refused = registry.counter("afina.refused", tags);
    this.missed = registry.counter("afina.deadline.missed", tags);
    this.cancelled = registry.counter("afina.cancelled", tags);
    this.failed = registry.counter("afina.failed", tags);
    this.sure = registry.counter("afina.decisions", tags.and("sure", "true"));
    this.notSure = registry.counter("afina.decisions", tags.and("sure", "false"));
  }

  /**
   * Registers the meters of a model.
   *
   * @param model the model's name, as the value of the tag {@code model}
   */
  public static ModelMetrics of(MeterRegistry registry, String model) {
    return new ModelMetrics(
        Objects.requireNonNull(registry, "registry"), Objects.requireNonNull(model, "model"));
  }

  /**
   * Adds the gauges of what is waiting or being computed, in place of those of a model that was
   * watched under this name before. Keeps only a weak reference to the model.
   *
   * @return this
   */
  public ModelMetrics watchQueueOf(TextModel<?, ?> model) {
    Objects.requireNonNull(model, "model");
    removeQueue();
    Gauge.builder("afina.inflight.texts", model, m -> m.inFlight().texts())
        .tags(tags)
        .register(registry);
    Gauge.builder("afina.inflight.tokens", model, m -> m.inFlight().tokens())
        .tags(tags)
        .register(registry);
    return this;
  }

  /**
   * Adds the gauges of what is waiting or being computed by the current model of a handle, and the
   * counter of its swaps, in place of those of what was watched under this name before. Keeps only
   * a weak reference to the handle.
   *
   * @return this
   */
  public ModelMetrics watchQueueOf(ModelHandle<?, ?> handle) {
    Objects.requireNonNull(handle, "handle");
    removeQueue();
    Gauge.builder("afina.inflight.texts", handle, h -> h.inFlight().texts())
        .tags(tags)
        .register(registry);
    Gauge.builder("afina.inflight.tokens", handle, h -> h.inFlight().tokens())
        .tags(tags)
        .register(registry);
    FunctionCounter.builder("afina.swaps", handle, ModelHandle::swaps)
        .description("How often the model was replaced")
        .tags(tags)
        .register(registry);
    return this;
  }

  /**
   * Stops watching drift: the gauge is NaN from now on. For a model that was replaced by one
   * without validation scores.
   *
   * @return this
   */
  public ModelMetrics watchNoDrift() {
    recent.compareWithNothing();
    return this;
  }

  /**
   * Adds the gauge of drift from these scores, which a classifier's rules contain. A further call
   * starts over with other scores.
   *
   * @return this
   */
  public ModelMetrics watchDriftFrom(ScoreDistribution validation) {
    recent.compareWith(Objects.requireNonNull(validation, "validation"));
    remove("afina.drift");
    Gauge.builder("afina.drift", recent, RecentScores::psi)
        .description("Population stability index of confidences against the validation data")
        .tags(tags)
        .strongReference(true)
        .register(registry);
    return this;
  }

  private void removeQueue() {
    remove("afina.inflight.texts");
    remove("afina.inflight.tokens");
    remove("afina.swaps");
  }

  /** A registry keeps the first gauge of a name, which would show a model that is gone. */
  private void remove(String name) {
    registry.find(name).tags(tags).meters().forEach(registry::remove);
  }

  @Override
  public void answered(Answer answer) {
    calls.record(answer.total());
    queued.record(answer.queued());
    texts.increment(answer.texts());
    tokens.increment((double) answer.tokens());
    for (Object prediction : answer.predictions()) {
      if (prediction instanceof Prediction one) {
        decided(one.decision());
      } else if (prediction instanceof MultiLabelPrediction several) {
        decided(several.decision());
      }
    }
  }

  private void decided(Decision decision) {
    (decision.isSure() ? sure : notSure).increment();
    List<String> labels = decision.labels();
    labels.forEach(label -> registry.counter("afina.labels", tags.and("label", label)).increment());
    recent.add(decision.confidence());
  }

  @Override
  public void computed(Batch batch) {
    batchTexts.record(batch.texts());
    batchTokens.record(batch.tokens());
    batchTime.record(batch.time());
  }

  @Override
  public void refused(OverloadedException refusal) {
    refused.increment();
  }

  @Override
  public void deadlineMissed(DeadlineExceededException miss) {
    missed.increment();
  }

  @Override
  public void cancelled() {
    cancelled.increment();
  }

  @Override
  public void failed(Throwable failure) {
    failed.increment();
  }
}
