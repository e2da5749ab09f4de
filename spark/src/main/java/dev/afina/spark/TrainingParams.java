package dev.afina.spark;

import java.io.Serializable;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The params of a training, with descriptions and defaults. */
final class TrainingParams implements Serializable {
  private static final long serialVersionUID = 1;

  private final Params owner;
  final TextColumns columns;
  final OutputColumns outputs;
  final Param<String> checkpoint;
  final Param<String> outputFolder;
  final Param<String> checkpointFolder;
  final BooleanParam resume;
  final Param<String> labelCol;
  final Param<String> validationIndicatorCol;
  final StringArrayParam labels;
  final IntParam numWorkers;
  final IntParam timeout;
  final DoubleParam epochs;
  final IntParam maxSteps;
  final IntParam batchSize;
  final IntParam accumulationSteps;
  final DoubleParam learningRate;
  final Param<String> schedule;
  final DoubleParam warmup;
  final DoubleParam weightDecay;
  final DoubleParam maxGradientNorm;
  final DoubleParam dropout;
  final IntParam seed;
  final IntParam maxTokens;
  final Param<String> precision;
  final Param<String> head;
  final IntParam loraRank;
  final IntParam freezeLayers;
  final DoubleParam labelSmoothing;
  final BooleanParam balancedClasses;
  final Param<String> keepBest;
  final IntParam earlyStopping;
  final IntParam evaluateEvery;
  final IntParam saveEvery;

  TrainingParams(Params owner) {
    this.owner = owner;
    this.columns = new TextColumns(owner);
    this.outputs = new OutputColumns(owner);
    this.checkpoint =
        text(
            owner,
            "checkpoint",
            "the pretrained model to start from: folder, Hub name, classpath:, sparkfiles:",
            "");
    this.outputFolder =
        text(
            owner,
            "outputFolder",
            "folder that driver and executors see; each fit makes one of its own in it",
            "");
    this.checkpointFolder =
        text(
            owner,
            "checkpointFolder",
            "folder that all executors see, for checkpoints to go on from (default none)",
            "");
    this.resume =
        flag(
            owner,
            "resume",
            "goes on from the checkpoints of an earlier fit (default false)",
            false);
    this.labelCol =
        text(
            owner,
            "labelCol",
            "column of the labels, strings or whole numbers (default label)",
            "label");
    this.validationIndicatorCol =
        text(
            owner,
            "validationIndicatorCol",
            "boolean column, true in rows to evaluate on (default none)",
            "");
    this.labels =
        new StringArrayParam(
            owner,
            "labels",
            "the labels in the order of the outputs (default: of checkpoint or data)");
    Object unused = owner.setDefault(labels, new String[0]);
    this.numWorkers =
        whole(owner, "numWorkers", "tasks that train together (default 0: one per executor)", 0);
    this.timeout =
        whole(
            owner,
            "timeout",
            "seconds after which an executor that does not answer is given up (default 600)",
            600);
    this.epochs = number(owner, "epochs", "passes over the data (default 3)", 3.0);
    this.maxSteps =
        whole(owner, "maxSteps", "updates in all, instead of epochs (default 0: none)", 0);
    this.batchSize =
        whole(owner, "batchSize", "texts per batch, of all executors together (default 8)", 8);
    this.accumulationSteps = whole(owner, "accumulationSteps", "batches per update (default 1)", 1);
    this.learningRate = number(owner, "learningRate", "peak learning rate (default 5e-5)", 5e-5);
    this.schedule =
        text(
            owner,
            "schedule",
            "linear, cosine, polynomial, constant, inverse_sqrt, reduce_lr_on_plateau (default"
                + " linear)",
            "linear");
    this.warmup =
        number(owner, "warmup", "share or number of updates that warm up (default 0)", 0.0);
    this.weightDecay = number(owner, "weightDecay", "decoupled weight decay (default 0)", 0.0);
    this.maxGradientNorm =
        number(owner, "maxGradientNorm", "norm that gradients are clipped to (default 1)", 1.0);
    this.dropout =
        number(owner, "dropout", "one rate for every dropout (default -1: the checkpoint's)", -1.0);
    this.seed = whole(owner, "seed", "seed (default 42)", 42);
    this.maxTokens =
        whole(
            owner, "maxTokens", "the longest text in tokens (default 0: as the model can take)", 0);
    this.precision = text(owner, "precision", "float32 or bfloat16 (default float32)", "float32");
    this.head = text(owner, "head", "keep, replace or extend (default keep)", "keep");
    this.loraRank =
        whole(owner, "loraRank", "rank of low-rank updates (default 0: the whole model)", 0);
    this.freezeLayers =
        whole(owner, "freezeLayers", "first layers that stay as they are (default 0)", 0);
    this.labelSmoothing = number(owner, "labelSmoothing", "label smoothing (default 0)", 0.0);
    this.balancedClasses =
        flag(owner, "balancedClasses", "rare labels count more (default false)", false);
    this.keepBest =
        text(owner, "keepBest", "metric whose best weights are kept (default none)", "");
    this.earlyStopping =
        whole(
            owner,
            "earlyStopping",
            "evaluations without a better one after which it ends (default 0: never)",
            0);
    this.evaluateEvery =
        whole(owner, "evaluateEvery", "updates between evaluations (default 0: one per epoch)", 0);
    this.saveEvery =
        whole(owner, "saveEvery", "updates between checkpoints (default 0: one per epoch)", 0);
  }

  private static Param<String> text(Params owner, String name, String doc, String byDefault) {
    return defaulted(owner, new Param<>(owner, name, doc), byDefault);
  }

  private static IntParam whole(Params owner, String name, String doc, int byDefault) {
    return defaulted(owner, new IntParam(owner, name, doc), byDefault);
  }

  private static DoubleParam number(Params owner, String name, String doc, double byDefault) {
    return defaulted(owner, new DoubleParam(owner, name, doc), byDefault);
  }

  private static BooleanParam flag(Params owner, String name, String doc, boolean byDefault) {
    return defaulted(owner, new BooleanParam(owner, name, doc), byDefault);
  }

  private static <T, P extends Param<T>> P defaulted(Params owner, P param, T byDefault) {
    Object unused = owner.setDefault(param, byDefault);
    return param;
  }

  /** A param's value. */
  String text(Param<String> param) {
    return owner.getOrDefault(param);
  }

  /** A param's value. */
  int whole(IntParam param) {
    return (Integer) owner.getOrDefault(param);
  }

  /** A param's value. */
  double number(DoubleParam param) {
    return (Double) owner.getOrDefault(param);
  }

  /** A param's value. */
  boolean flag(BooleanParam param) {
    return (Boolean) owner.getOrDefault(param);
  }

  /** A param's value. */
  String[] list(StringArrayParam param) {
    return owner.getOrDefault(param);
  }
}
