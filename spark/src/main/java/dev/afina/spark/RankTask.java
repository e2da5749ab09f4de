package dev.afina.spark;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.Serializable;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** A task of the barrier stage: one rank of the training. */
final class RankTask
    extends AbstractFunction1<Iterator<Tuple2<Integer, TrainingRow>>, Iterator<RankResult>>
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(RankTask.class);

  private final TrainingParams params;

  @SuppressWarnings("serial") // the lists of java.util that come here are serializable
  private final List<String> labels;

  private final ModelPlace checkpoint;
  private final String folder;
  private final String mark;
  private final byte[] secret;
  private final Figures figures;

  /**
   * The figures that Spark's web page shows of a running training.
   *
   * @param texts the number of examples processed, counted by rank 0
   * @param updates the number of updates, counted by rank 0
   * @param loss the sum of the losses of the updates
   * @param events the events of rank 0, for the driver
   */
  record Figures(
      LongAccumulator texts, LongAccumulator updates, DoubleAccumulator loss, ProgressEvents events)
      implements Serializable {}

  /**
   * @param folder where rank 0 saves the model
   * @param mark the name of the file by which the driver has marked the folder that this one is in
   */
  RankTask(
      TrainingParams params,
      List<String> labels,
      ModelPlace checkpoint,
      String folder,
      String mark,
      byte[] secret,
      Figures figures) {
    this.params = params;
    this.labels = labels;
    this.checkpoint = checkpoint;
    this.folder = folder;
    this.mark = mark;
    this.secret = secret.clone();
    this.figures = figures;
  }

  @Override
  public Iterator<RankResult> apply(Iterator<Tuple2<Integer, TrainingRow>> rows) {
    BarrierTaskContext context = BarrierTaskContext.get();
    int rank = context.partitionId();
    String host = ExecutorMachine.host();
    RankResult result;
    try {
      train(context, rows(rows));
      result = RankResult.done(rank);
    } catch (LostRankException e) {
      if (e.hangs()) { // only when this task fails does Spark end that one
        throw new IllegalStateException(e.getMessage(), e);
      }
      result = RankResult.failed(rank, host, e);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      if (context.isInterrupted()) {
        throw new TaskKilledException();
      }
      log.error("rank {} on {}: the training failed", rank, host, e);
      result = RankResult.failed(rank, host, e);
    }
    return CollectionConverters.asScala(List.of(result).iterator());
  }

  private static List<TrainingRow> rows(Iterator<Tuple2<Integer, TrainingRow>> rows) {
    List<TrainingRow> all = new ArrayList<>();
    while (rows.hasNext()) {
      all.add(rows.next()._2());
    }
    Collections.sort(all); // the order that one machine would have
    return all;
  }

  private void train(BarrierTaskContext context, List<TrainingRow> rows) throws IOException {
    ExecutorMachine.useItsCores();
    checkMachines(context);
    try (ServerSocket server = SocketGroup.listen()) {
      int rank = context.partitionId();
      String[] told =
          context.allGather(
              String.join(
                  "\n",
                  ExecutorMachine.host(),
                  Integer.toString(server.getLocalPort()),
                  ExecutorMachine.name(),
                  ExecutorMachine.processor()));
      if (rank == 0) {
        warn(told);
      }
      List<Member> members = new ArrayList<>();
      for (String member : told) {
        String[] parts = member.split("\n", -1);
        members.add(new Member(members.size(), parts[0], Integer.parseInt(parts[1])));
      }
      try (SocketGroup group =
          SocketGroup.connect(
              rank,
              members,
              server,
              new Handshake(new Handshake.Secret(secret)),
              Duration.ofSeconds(params.whole(params.timeout)))) {
        ClassifierBuilder builder = builder(context, rows).group(group);
        try (Classifier trained = builder.fit(dataset(rows, false))) {
          if (rank == 0) {
            trained.save(Path.of(folder));
          }
          List<byte[]> unused = group.gather(new byte[0]); // none is done before the model is there
        }
      }
    }
  }

  /**
   * Finds out before the training whether its results can be written where others see them, and
   * whether each rank has the libraries that it needs. The ranks tell each other, because none may
   * wait for one that has ended.
   */
  private void checkMachines(BarrierTaskContext context) throws IOException {
    boolean first = context.partitionId() == 0;
    String checkpoints = params.text(params.checkpointFolder);
    String own = mark + "-" + context.stageAttemptNumber();
    try {
      agree(
          context,
          GsonVersion.problem().orElseGet(() -> first ? problemOfFirst(checkpoints, own) : ""));
      if (!checkpoints.isEmpty()) {
        boolean sees = first || MountedFolder.hasMark(Path.of(checkpoints), own);
        agree(
            context,
            sees
                ? ""
                : "checkpointFolder: %s does not see in %s what rank 0 wrote; all executors need to see the same folder"
                    .formatted(ExecutorMachine.name(), checkpoints));
      }
    } finally {
      if (first && !checkpoints.isEmpty()) {
        boolean unused = Path.of(checkpoints).resolve(own).toFile().delete();
      }
    }
  }

  /** What is wrong with the folders that rank 0 writes to; empty if nothing is. */
  private String problemOfFirst(String checkpoints, String own) {
    Path model = Path.of(folder);
    Path output = Objects.requireNonNull(model.getParent(), folder);
    if (!MountedFolder.hasMark(output, mark)) {
      return "outputFolder: %s does not see in %s what the driver wrote; both need to see the same folder"
          .formatted(ExecutorMachine.name(), output);
    }
    try {
      AtomicFolder.prepare(model);
    } catch (IOException e) {
      return "outputFolder: " + e.getMessage();
    }
    try {
      if (!checkpoints.isEmpty()) {
        MountedFolder.Mark unused = MountedFolder.Mark.put(Path.of(checkpoints), own);
      }
      return "";
    } catch (IOException e) {
      return "checkpointFolder: cannot write to %s: %s".formatted(checkpoints, e);
    }
  }

  /**
   * Ends all ranks if one has a problem.
   *
   * @param problem that of this rank; empty for none
   */
  private static void agree(BarrierTaskContext context, String problem) throws IOException {
    String[] all = context.allGather(problem);
    for (int rank = 0; rank < all.length; rank++) {
      if (!all[rank].isEmpty()) {
        IOException theirs = new IOException(all[rank]);
        throw rank == context.partitionId()
            ? theirs
            : new LostRankException(
                "rank %s gave up: %s".formatted(rank, all[rank]), theirs, false);
      }
    }
  }

  private ClassifierBuilder builder(BarrierTaskContext context, List<TrainingRow> rows)
      throws IOException {
    ClassifierBuilder builder = TrainingRecipe.of(params, checkpoint.onThisMachine());
    if (!labels.isEmpty()) {
      builder.labels(labels.toArray(new String[0]));
    }
    if (rows.stream().anyMatch(TrainingRow::isHeldOut)) {
      builder.validation(dataset(rows, true));
    }
    boolean again = context.stageAttemptNumber() > 0;
    boolean hasCheckpoints = !params.text(params.checkpointFolder).isEmpty();
    if (hasCheckpoints && (again || params.flag(params.resume))) {
      builder.resume();
    }
    TrainingListener telling = new Telling(context);
    return builder.listener(
        context.partitionId() == 0
            ? TrainingListener.all(
                telling, new ProgressSender(figures.events(), context.stageAttemptNumber()))
            : telling);
  }

  private static Dataset dataset(List<TrainingRow> rows, boolean heldOut) {
    List<Example> examples =
        rows.stream().filter(row -> row.isHeldOut() == heldOut).map(TrainingRow::example).toList();
    return Dataset.of(examples);
  }

  private static void warn(String... told) {
    Set<String> executors = new HashSet<>();
    Set<String> processors = new HashSet<>();
    for (String member : told) {
      String[] parts = member.split("\n", -1);
      executors.add(parts[2]);
      processors.add(parts[3]);
    }
    if (executors.size() < told.length) {
      log.warn(
          "{} ranks on {} executors: some share their cores; set spark.task.cpus to the cores of an"
              + " executor, or fewer workers",
          told.length,
          executors.size());
    }
    if (processors.size() > 1) {
      log.warn(
          "the executors have different processors, {}: their sums may differ in the last bits, and"
              + " so may the weights of two trainings",
          Arrays.toString(processors.toArray()));
    }
  }

  /** Stops a task that Spark has killed, and counts what rank 0 has done. */
  private final class Telling implements TrainingListener {
    private final BarrierTaskContext context;

    Telling(BarrierTaskContext context) {
      this.context = context;
    }

    @Override
    public void stepped(Step step) {
      if (context.isInterrupted()) {
        throw new TaskKilledException();
      }
      if (context.partitionId() == 0) {
        figures.updates().add(1);
        figures.texts().add(step.examples());
        figures.loss().add(step.loss());
      }
    }
  }
}
