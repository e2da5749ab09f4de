package dev.afina.internal.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.text.Combination;
import dev.afina.internal.text.Document;
import dev.afina.internal.text.TextEncoder;
import dev.afina.tokenization.Encoding;
import dev.afina.training.Parameter;
import dev.afina.training.ShardParameters;
import dev.afina.training.StopCheck;
import dev.afina.training.TrainingTask;
import dev.afina.training.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A model, tokenized texts and their targets, as the {@link dev.afina.training.Trainer} trains
 * them.
 *
 * <p>The model's weights are up to date after {@link #synchronize} and when this is closed.
 */
public final class FineTuningTask implements TrainingTask, AutoCloseable {
  /** For smaller shards, handing them to another thread costs more than it saves. */
  private static final int MIN_TOKENS_A_SHARD = 32;

  /**
   * The maximum number of shards of short texts. Shards of few texts make for small matrix
   * products, which further cores are better used to speed up.
   */
  private static final int MAX_SHORT_SHARDS = 4;

  /** A shard with at least this many tokens keeps a core busy by itself. */
  private static final int LONG_SHARD = 96;

  /** The maximum number of shards, each of which has its own gradients for embeddings and norms. */
  private static final int MAX_SHARDS = 16;

  /**
   * What is learned.
   *
   * @param combination how the logits of a text's windows are combined
   * @param targets the targets of the texts
   */
  public record Rows(List<Document> texts, Combination combination, Targets targets) {}

  /**
   * How it is learned.
   *
   * @param shares which parameters are trained, and at which share of the learning rate
   * @param weightDecay if it is over 0, the embeddings of words that no text uses change, too
   * @param lora the updates to train instead of the encoder; empty to train the encoder. Stays the
   *     caller's
   * @param linears how to compute linear layers; empty for plain operators
   */
  public record Recipe(
      RateShares shares,
      double weightDecay,
      Optional<LoraUpdates> lora,
      Optional<DeferredLinear> linears,
      Dropout dropout) {}

  /** Evaluates the model with its current weights. */
  public interface Validation {
    Map<String, Double> metrics(StopCheck stop) throws IOException;
  }

  private final Model model;
  private final List<Document> texts;
  private final Combination combination;
  private final Targets targets;
  private final Objective objective;
  private final RateShares shares;
  private final Optional<DeferredLinear> linears;
  private final Dropout dropout;
  private final Validation evaluation;
  private final @Nullable UsedTokens usedTokens;
  private final Optional<LoraUpdates> lora;
  private final Set<String> trained;

  /**
   * @param evaluation called when the model's weights are up to date
   */
  public FineTuningTask(
      Model model, Rows rows, Objective objective, Recipe recipe, Validation evaluation) {
    this.model = model;
    this.texts = rows.texts();
    this.combination = rows.combination();
    this.targets = rows.targets();
    this.objective = objective;
    this.shares = recipe.shares();
    this.lora = recipe.lora();
    this.linears = recipe.linears();
    this.dropout = recipe.dropout();
    this.evaluation = evaluation;
    List<ParameterSpec> specs = trainedSpecs();
    boolean wordsTrained = specs.stream().anyMatch(FineTuningTask::isWords);
    this.usedTokens =
        recipe.weightDecay() == 0 && wordsTrained
            ? new UsedTokens(
                Document.windows(texts), model.array(model.architecture().spec().tokenEmbedding()))
            : null;
    this.trained = specs.stream().map(ParameterSpec::key).collect(Collectors.toUnmodifiableSet());
  }

  private List<ParameterSpec> trainedSpecs() {
    return lora
        .map(LoraUpdates::parameters)
        .orElseGet(() -> model.architecture().spec().parameters())
        .stream()
        .filter(spec -> shares.of(spec).isPresent())
        .toList();
  }

  private static boolean isWords(ParameterSpec spec) {
    return spec.part() == ParameterSpec.Part.TOKEN_EMBEDDING;
  }

  @Override
  public List<Parameter> parameters() {
    return trainedSpecs().stream().map(this::parameter).toList();
  }

  private Parameter parameter(ParameterSpec spec) {
    NDArray array =
        isWords(spec) && usedTokens != null
            ? usedTokens.table()
            : lora.map(updates -> updates.array(spec.key()))
                .orElseGet(() -> model.array(spec.key()));
    return new Parameter(spec.key(), array, spec.decayed(), shares.of(spec).orElseThrow());
  }

  @Override
  public int size() {
    return texts.size();
  }

  @Override
  public int[] lengths() {
    return texts.stream().mapToInt(Document::size).toArray();
  }

  @Override
  public Truncation truncation() {
    return TextEncoder.truncation(texts);
  }

  @Override
  public double weight(int[] examples) {
    return Arrays.stream(examples).mapToDouble(e -> objective.weight(targets.row(e))).sum();
  }

  @Override
  public List<Shard> divide(int[] examples, int most) {
    long[] tokens = Arrays.stream(examples).mapToLong(e -> texts.get(e).size()).toArray();
    int count = shards(LongStream.of(tokens).sum(), most);
    List<Shard> parts = new ArrayList<>();
    for (int[] places : Workers.divide(tokens, count)) {
      int[] part = Arrays.stream(places).map(place -> examples[place]).toArray();
      Dropout own = dropout.ofShard(parts.size());
      parts.add((leaves, scope) -> loss(part, leaves, own, scope));
    }
    return parts;
  }

  /** The number of shards for a batch. */
  int shards(long tokens, int most) {
    long few = Math.min(MAX_SHORT_SHARDS, tokens / MIN_TOKENS_A_SHARD);
    boolean tableIsWhole = usedTokens == null && trained.stream().anyMatch(this::isWordTable);
    long many = tableIsWhole ? few : Math.min(MAX_SHARDS, tokens / LONG_SHARD);
    return (int) Math.max(1, Math.min(most, Math.max(few, many)));
  }

  private boolean isWordTable(String key) {
    return key.equals(model.architecture().spec().tokenEmbedding());
  }

  private NDArray loss(int[] examples, ShardParameters leaves, Dropout dropouts, NDManager scope) {
    List<Document> documents = Arrays.stream(examples).mapToObj(texts::get).toList();
    PackedBatch batch = pack(Document.windows(documents), scope);
    Dropout ofBatch = dropouts.of(batch, numbers(batch, documents, examples));
    NDArray logits =
        model
            .bind(new RecordedForm(model, leaves, trained, linears, lora, ofBatch))
            .logits(batch, ofBatch); // (W, C)
    if (batch.texts() == examples.length) { // each text is one window
      int[] order =
          IntStream.range(0, examples.length).map(i -> examples[batch.index(i)]).toArray();
      return objective.sum(logits, targets.select(order), scope);
    }
    int[] owners = Document.owners(documents);
    int[] order = IntStream.range(0, owners.length).map(i -> owners[batch.index(i)]).toArray();
    NDArray combined = combination.of(logits, order, examples.length, scope); // (B, C)
    return objective.sum(combined, targets.select(examples), scope);
  }

  /** A unique number for each window of the batch, in its order. */
  private static long[] numbers(PackedBatch batch, List<Document> documents, int[] examples) {
    int[] owners = Document.owners(documents);
    long[] numbers = new long[owners.length];
    for (int w = 0; w < owners.length; w++) {
      boolean first = w == 0 || owners[w] != owners[w - 1];
      numbers[w] = first ? (long) examples[owners[w]] << Integer.SIZE : numbers[w - 1] + 1;
    }
    return IntStream.range(0, owners.length).mapToLong(i -> numbers[batch.index(i)]).toArray();
  }

  private PackedBatch pack(List<Encoding> encodings, NDManager scope) {
    UsedTokens used = usedTokens;
    return used == null
        ? model.batch(encodings, scope)
        : model.batch(encodings, scope, (place, token) -> used.row(token));
  }

  @Override
  public void updateBegins(int number) {
    dropout.updateBegins(number);
  }

  @Override
  public Map<String, Double> evaluate(StopCheck stop) throws IOException {
    return evaluation.metrics(stop);
  }

  @Override
  public List<Long> randomState() {
    return dropout.state();
  }

  @Override
  public void restoreRandomState(List<Long> state) {
    dropout.restore(state);
  }

  /** Brings the model's weights up to date. */
  @Override
  public void close() {
    synchronize();
    if (usedTokens != null) {
      usedTokens.close();
    }
  }

  @Override
  public void synchronize() {
    if (usedTokens != null) {
      usedTokens.writeBack();
    }
    lora.ifPresent(LoraUpdates::merge);
  }
}
