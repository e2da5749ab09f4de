package dev.afina.internal.model;

import static java.util.stream.Collectors.toSet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.TensorInfo;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.TorchRandom;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.layers.Initial;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.lora.Adapter;
import dev.afina.internal.model.lora.AdapterWeights;
import dev.afina.internal.model.lora.LowRank;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a {@link Model} from a checkpoint. Every shape is compared with the configuration before an
 * array is allocated. Every tensor of the file is either used or listed in a log line as ignored.
 * Weights that are not finite are rejected.
 */
public final class ModelLoader {
  private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);
  private static final Pattern LAYER_NUMBER = Pattern.compile("(?<=\\.)[0-9]+(?=\\.)");

  private static final String NO_HEAD =
      "this checkpoint has no trained classification head; fine-tune it with Classifier.builder()"
          + " first";

  private static final String LOST_HEAD =
      "neither the adapter nor its base has it, so it was random when the adapter was trained, and"
          + " is lost; train again with it among modules_to_save";

  /** Where the weights of the classification head come from. */
  public enum HeadWeights {
    /** From the checkpoint, which must have all of them. */
    REQUIRED,
    /**
     * From the checkpoint if it has them, otherwise new. An output layer with another number of
     * labels is an error.
     */
    KEPT,
    /** The output layer is new; dense layers before it come from the checkpoint if it has them. */
    REPLACED,
    /**
     * As {@link #REPLACED}, but the rows of labels that the checkpoint knows are copied from it.
     */
    EXTENDED
  }

  private final CheckpointFiles files;
  private final Architecture architecture;
  private final JsonObject config;
  private final int labels;
  private final HeadWeights head;

  /** For each label, its row in the checkpoint's output layer; −1 for none. */
  private final int[] learnedRows;

  private ModelLoader(
      CheckpointFiles files, int labels, HeadWeights head, HeadForm form, int... learnedRows)
      throws IOException {
    this.files = files;
    this.config = files.config();
    this.architecture = Architectures.of(config, files.description(), labels, form);
    form.writeTo(config);
    this.labels = labels;
    this.head = head;
    this.learnedRows = learnedRows;
  }

  /**
   * Loads a checkpoint.
   *
   * @param labels C
   * @param head where the weights of the head come from
   * @param seed the seed of new weights, which are those that transformers would draw
   * @throws CheckpointException if the files contradict each other or {@code labels}
   * @throws java.io.InterruptedIOException if the JVM is shutting down, or the thread is
   *     interrupted (its interrupt flag stays set)
   * @throws IOException if a file cannot be read
   */
  public static Model load(CheckpointFiles files, int labels, HeadWeights head, int seed)
      throws IOException {
    return load(files, labels, head, HeadForm.OF_CONFIG, seed);
  }

  /**
   * Loads a checkpoint, with another form of head or more labels.
   *
   * @param labels C
   * @param head where the weights of the head come from
   * @param form the options of the head that override config.json
   * @param seed the seed of new weights, which are those that transformers would draw
   * @param learnedRows for an extended head: for each label, its row in the checkpoint's output
   *     layer, or −1 for none
   * @throws IOException as {@link #load(CheckpointFiles, int, HeadWeights, int)}
   * @throws IllegalArgumentException if the family has no such head
   */
  public static Model load(
      CheckpointFiles files,
      int labels,
      HeadWeights head,
      HeadForm form,
      int seed,
      int... learnedRows)
      throws IOException {
    return of(files, labels, head, form, learnedRows).load(seed);
  }

  /**
   * Reads the configuration but not the weights. Parameters and exceptions are those of {@link
   * #load(CheckpointFiles, int, HeadWeights, HeadForm, int, int...)}.
   *
   * @param files must stay open
   */
  public static ModelLoader of(
      CheckpointFiles files, int labels, HeadWeights head, HeadForm form, int... learnedRows)
      throws IOException {
    return new ModelLoader(files, labels, head, form, learnedRows);
  }

  /** The architecture of the model. */
  public Architecture architecture() {
    return architecture;
  }

  /**
   * Compares the names and shapes of the weights with the configuration and the number of labels.
   * Of a whole model no weight is read.
   *
   * @throws CheckpointException if {@link #load(int)} would throw one for them
   * @throws IOException if a file cannot be read
   */
  public void check() throws IOException {
    try (TensorSource source = files.weights();
        AdapterSource adapter = files.adapter().orElse(null)) {
      Object unused = find(source, adapter);
    }
  }

  /**
   * Reads the weights.
   *
   * @param seed the seed of new weights, which are those that transformers would draw
   * @throws CheckpointException if the files contradict each other
   * @throws java.io.InterruptedIOException if the JVM is shutting down, or the thread is
   *     interrupted (its interrupt flag stays set)
   * @throws IOException if a file cannot be read
   */
  public Model load(int seed) throws IOException {
    try (NativeUse use = NativeUse.begin("loading " + files.description());
        TensorSource source = files.weights();
        AdapterSource adapter = files.adapter().orElse(null)) {
      Found found = find(source, adapter);
      logIgnored(source, found.ignored);
      Model model = create(found.tensors, found.missing, seed, use);
      boolean complete = false;
      try {
        if (adapter != null) {
          merge(adapter, found.updates, model);
        }
        complete = true;
      } finally {
        if (!complete) {
          model.close();
        }
      }
      return model;
    }
  }

  /** A tensor of a file. */
  private record Stored(TensorInfo tensor, TensorSource source) {}

  /**
   * What the files have.
   *
   * @param tensors by the architecture's keys
   * @param updates of an adapter, by the name of the linear layer
   * @param missing the parameters that are new
   * @param ignored the names of tensors that are not part of the architecture
   */
  private record Found(
      Map<String, Stored> tensors,
      Map<String, LowRank> updates,
      List<ParameterSpec> missing,
      List<String> ignored) {}

  private Found find(TensorSource source, @Nullable AdapterSource adapter) throws IOException {
    List<String> ignored = new ArrayList<>();
    Map<String, Stored> tensors = byKey(source, ignored);
    Map<String, LowRank> updates = Map.of();
    if (adapter != null) {
      AdapterWeights weights = AdapterWeights.read(adapter, architecture);
      weights
          .whole()
          .forEach((key, tensor) -> tensors.put(key, new Stored(tensor, adapter.tensors())));
      updates = weights.updates();
    }
    List<ParameterSpec> missing = new ArrayList<>();
    for (ParameterSpec spec : architecture.spec().parameters()) {
      if (!isLoadable(spec, tensors.get(spec.key()), source, adapter != null)) {
        missing.add(spec);
      }
    }
    return new Found(tensors, updates, missing, ignored);
  }

  private static void merge(AdapterSource adapter, Map<String, LowRank> updates, Model model)
      throws CheckpointException {
    double scale = adapter.config().scale();
    for (Map.Entry<String, LowRank> update : updates.entrySet()) {
      NDArray weight = model.array(update.getKey() + ".weight");
      update.getValue().merge(scale, PyTorch.memory(weight), PyTorch.memory(weight));
      Optional<String> nonFinite = Model.nonFinite(weight);
      if (nonFinite.isPresent()) {
        throw new CheckpointException(
            "%s: merged into layer \"%s\": %s, expected finite numbers"
                .formatted(adapter.tensors().description(), update.getKey(), nonFinite.get()));
      }
    }
    AdapterConfig config =
        adapter.config().targets().isEmpty()
            ? adapter.config().withTargets(List.copyOf(updates.keySet()))
            : adapter.config();
    model.adapted(Optional.of(new Adapter(config, updates)));
  }

  /** The tensors of a file, by the architecture's keys; adds the names of all others to a list. */
  private Map<String, Stored> byKey(TensorSource source, List<String> ignored)
      throws CheckpointException {
    Map<String, ParameterSpec> specs = new LinkedHashMap<>();
    architecture.spec().parameters().forEach(s -> specs.put(s.key(), s));
    Set<String> places = specs.keySet().stream().map(ModelLoader::place).collect(toSet());
    Map<String, Stored> found = new TreeMap<>();
    for (TensorInfo tensor : source.tensors().values()) {
      String key = modernName(tensor.name());
      if (!specs.containsKey(key)) {
        key = architecture.spec().prefix() + key; // as saved without a head
      }
      if (!specs.containsKey(key)) {
        if (places.contains(place(key)) || places.contains(place(modernName(tensor.name())))) {
          throw new CheckpointException(
              source.description()
                  + ": tensor \""
                  + Excerpt.of(tensor.name())
                  + "\" is of a layer that config.json does not count, so another model would be"
                  + " computed; correct the number of layers there, or take the weights that belong"
                  + " to it");
        }
        ignored.add(tensor.name());
        continue;
      }
      Stored other = found.put(key, new Stored(tensor, source));
      if (other != null) {
        throw new CheckpointException(
            source.description()
                + ": tensors \""
                + other.tensor.name()
                + "\" and \""
                + tensor.name()
                + "\" are both \""
                + key
                + "\"");
      }
    }
    return found;
  }

  private void logIgnored(TensorSource source, List<String> ignored) {
    if (!ignored.isEmpty()) {
      log.info(
          "{}: {} tensors are not part of {} and are ignored: {}",
          source.description(),
          ignored.size(),
          architecture.spec().transformersClass(),
          String.join(", ", ignored));
    }
  }

  /** A key with {@code #} for layer numbers, which identifies a part of a layer. */
  private static String place(String key) {
    return LAYER_NUMBER.matcher(key).replaceAll("#");
  }

  /** Checkpoints converted from TensorFlow call a LayerNorm's weight gamma and its bias beta. */
  private static String modernName(String name) {
    if (name.endsWith(".gamma")) {
      return name.substring(0, name.length() - "gamma".length()) + "weight";
    }
    if (name.endsWith(".beta")) {
      return name.substring(0, name.length() - "beta".length()) + "bias";
    }
    return name;
  }

  private boolean isLoadable(
      ParameterSpec spec, @Nullable Stored stored, TensorSource source, boolean adapted)
      throws CheckpointException {
    if (stored == null) {
      if (spec.part() == Part.TOKEN_EMBEDDING || spec.part() == Part.ENCODER) {
        throw new CheckpointException(
            source.description()
                + ": tensor \""
                + spec.key()
                + "\" is missing; config.json describes a "
                + architecture.spec().transformersClass()
                + " that has it");
      }
      if (head == HeadWeights.REQUIRED) {
        throw new CheckpointException(
            (adapted ? files.description() : source.description())
                + ": tensor \""
                + spec.key()
                + "\" is missing: "
                + (adapted ? LOST_HEAD : NO_HEAD));
      }
      return false;
    }
    if (spec.part() == Part.OUTPUT && head == HeadWeights.REPLACED) {
      return false;
    }
    TensorInfo tensor = stored.tensor;
    Shape shape = new Shape(tensor.dimensions());
    if (spec.part() == Part.OUTPUT && head == HeadWeights.EXTENDED) {
      requireRows(spec, stored, shape);
      return false; // drawn, and its rows of known labels are copied
    }
    if (shape.equals(spec.shape())) {
      return true;
    }
    if (spec.part() == Part.OUTPUT && head == HeadWeights.KEPT && shape.dimension() > 0) {
      throw new CheckpointException(
          "labels: "
              + labels
              + " given, but checkpoint \""
              + files.description()
              + "\" has a "
              + shape.get(0)
              + "-way head; call replaceHead() to train a new one");
    }
    throw wrongShape(spec, stored);
  }

  private static CheckpointException wrongShape(ParameterSpec spec, Stored stored) {
    return new CheckpointException(
        stored.source.description()
            + ": tensor \""
            + stored.tensor.name()
            + "\": shape "
            + stored.tensor.shape()
            + " in the file, "
            + spec.shape().toString().replace('(', '[').replace(')', ']')
            + " by config.json");
  }

  /** Throws if the rows of the output layer cannot be those of the checkpoint's labels. */
  private void requireRows(ParameterSpec spec, Stored stored, Shape shape)
      throws CheckpointException {
    long most = Arrays.stream(learnedRows).max().orElse(-1);
    boolean fits = shape.dimension() == spec.shape().dimension() && shape.get(0) > most;
    for (int i = 1; fits && i < shape.dimension(); i++) {
      fits = shape.get(i) == spec.shape().get(i);
    }
    if (!fits) {
      throw wrongShape(spec, stored);
    }
  }

  private Model create(
      Map<String, Stored> found, List<ParameterSpec> missing, int seed, NativeUse use)
      throws IOException {
    PyTorch.start();
    NDManager manager = PyTorch.newManager();
    boolean complete = false;
    try {
      Map<String, NDArray> fresh = draw(missing, manager, seed);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      for (ParameterSpec spec : architecture.spec().parameters()) {
        use.check();
        Stored stored = found.get(spec.key());
        NDArray drawn = fresh.get(spec.key());
        if (drawn != null) {
          arrays.put(spec.key(), drawn);
          if (stored != null && spec.part() == Part.OUTPUT && head == HeadWeights.EXTENDED) {
            copyLearned(stored, drawn, manager);
          }
        } else if (stored != null) {
          arrays.put(spec.key(), read(stored.source, stored.tensor, manager));
        }
      }
      if (!fresh.isEmpty()) {
        log.info("{}: new weights: {}", files.description(), String.join(", ", fresh.keySet()));
      }
      Model model = new Model(architecture, config, manager, arrays);
      complete = true;
      return model;
    } finally {
      if (!complete) {
        manager.close();
      }
    }
  }

  /** Copies the rows of labels that the checkpoint knows into a new output layer. */
  private void copyLearned(Stored stored, NDArray drawn, NDManager manager) throws IOException {
    try (NDArray learned = read(stored.source, stored.tensor, manager)) {
      float[] rows = learned.toFloatArray();
      int width = (int) (drawn.size() / labels);
      FloatBuffer target = PyTorch.memory(drawn);
      for (int label = 0; label < labels; label++) {
        if (learnedRows[label] >= 0) {
          target.position(label * width).put(rows, learnedRows[label] * width, width);
        }
      }
    }
    log.info(
        "{}: {} of {} rows of {} are the checkpoint's, the others are new",
        files.description(),
        Arrays.stream(learnedRows).filter(row -> row >= 0).count(),
        labels,
        stored.tensor.name());
  }

  private static NDArray read(TensorSource source, TensorInfo stored, NDManager manager)
      throws IOException {
    NDArray array = manager.create(new Shape(stored.dimensions()));
    source.read(stored.name(), PyTorch.bytes(array)); // PyTorch's machines are little-endian
    Optional<String> nonFinite = Model.nonFinite(array);
    if (nonFinite.isPresent()) {
      throw new CheckpointException(
          source.description()
              + ": tensor \""
              + Excerpt.of(stored.name())
              + "\": "
              + nonFinite.get()
              + ", expected finite numbers; the training that saved it diverged, or the file is"
              + " damaged: take another checkpoint");
    }
    return array;
  }

  /** Draws new parameters in module order, as transformers does. */
  private Map<String, NDArray> draw(List<ParameterSpec> specs, NDManager manager, int seed) {
    double usual = architecture.spec().initializerRange();
    List<TorchRandom.Normal> normals = new ArrayList<>();
    for (ParameterSpec spec : specs) {
      if (!(spec.initial() instanceof Initial.Constant)) {
        normals.add(TorchRandom.Normal.of(spec.shape(), usual));
      }
      if (spec.initial() instanceof Initial.Truncated cut) {
        normals.add(new TorchRandom.Normal(spec.shape(), cut.deviation(), cut.cutoff()));
      }
    }
    Iterator<NDArray> drawn = TorchRandom.normals(manager, normals, seed).iterator();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      if (spec.initial() instanceof Initial.Constant same) {
        arrays.put(spec.key(), manager.full(spec.shape(), same.value(), DataType.FLOAT32));
        continue;
      }
      if (spec.initial() instanceof Initial.Truncated) {
        drawn.next().close(); // the normal numbers that transformers draws and overwrites
      }
      arrays.put(spec.key(), drawn.next());
    }
    return arrays;
  }
}
