package dev.afina.spark;

import dev.afina.Classifier;
import dev.afina.Precision;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this JVM. Each is loaded once and shared by all tasks that need it. Only a few are
 * kept: an unused model is closed when another needs its place, and all are closed when the JVM
 * exits.
 */
final class SharedModels {
  private static final Logger log = LoggerFactory.getLogger(SharedModels.class);
  private static final int KEPT = 2;
  private static final Map<Key, Entry> LOADED = new LinkedHashMap<>(16, 0.75f, true);

  /** What running tasks have leased by {@link #ofTask}. */
  private static final Map<TaskContext, Map<Key, Lease>> OF_TASKS = new HashMap<>();

  private static long loads;

  private SharedModels() {}

  /**
   * Identifies a model and how it predicts.
   *
   * @param stamp the driver's {@link ModelPlace#stamp}
   * @param maxTokens the maximum length of texts; 0 for the model's own
   */
  record Key(ModelPlace place, String stamp, Precision precision, int maxTokens)
      implements Serializable {}

  private static final class Entry {
    final Classifier model;
    int users;

    Entry(Classifier model) {
      this.model = model;
    }
  }

  /** The use of a model by a task. */
  static final class Lease implements AutoCloseable {
    private final Entry entry;
    private boolean open = true;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    Classifier model() {
      return entry.model;
    }

    @Override
    public void close() {
      end(this);
    }
  }

  private static synchronized void end(Lease lease) {
    if (lease.open) {
      lease.entry.users--;
    }
    lease.open = false;
  }

  /**
   * Leases a model, loading it if necessary.
   *
   * @throws IOException if it cannot be loaded; the message names executor, host and model
   */
  static synchronized Lease lease(Key key) throws IOException {
    Entry entry = LOADED.get(key);
    if (entry == null) {
      closeUnused(KEPT - 1);
      entry = new Entry(load(key));
      LOADED.put(key, entry);
      loads++;
      log.info("{} has loaded model {}", ExecutorMachine.name(), key.place.reference());
    }
    entry.users++;
    return new Lease(entry);
  }

  /**
   * A model for a task that asks for it with each row. It is leased until the task ends, so that
   * several such models in one query do not take each other's place at every row.
   *
   * @throws IOException as {@link #lease}
   */
  static synchronized Classifier ofTask(Key key, TaskContext task) throws IOException {
    Map<Key, Lease> leases = OF_TASKS.get(task);
    if (leases == null) {
      leases = new HashMap<>();
      OF_TASKS.put(task, leases);
      task.addTaskCompletionListener((TaskCompletionListener) ended -> endAll(task));
    }
    Lease lease = leases.get(key);
    if (lease == null) {
      lease = lease(key);
      leases.put(key, lease);
    }
    return lease.model();
  }

  private static synchronized void endAll(TaskContext task) {
    Map<Key, Lease> leases = OF_TASKS.remove(task);
    if (leases != null) {
      leases.values().forEach(Lease::close);
    }
  }

  private static Classifier load(Key key) throws IOException {
    GsonVersion.check();
    ExecutorMachine.useItsCores();
    try {
      Classifier loaded = Classifier.load(key.place.onThisMachine());
      Classifier shorter = key.maxTokens == 0 ? loaded : derived(loaded, key);
      return key.precision == Precision.FLOAT32 ? shorter : precise(shorter, key);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "%s cannot load model \"%s\": %s; a folder must be on a file system that all executors see"
              .formatted(ExecutorMachine.name(), key.place.reference(), e.getMessage()),
          e);
    }
  }

  private static Classifier derived(Classifier loaded, Key key) {
    try (loaded) {
      return loaded.withMaxTokens(key.maxTokens);
    }
  }

  private static Classifier precise(Classifier loaded, Key key) {
    try (loaded) {
      return loaded.withPrecision(key.precision);
    }
  }

  /** Closes the least recently used models that no task is using, until this many are left. */
  private static void closeUnused(int left) {
    Iterator<Entry> oldest = LOADED.values().iterator();
    while (LOADED.size() > left && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (entry.users == 0) {
        oldest.remove();
        entry.model.close();
      }
    }
  }

  /** Closes all models that no task uses. */
  static synchronized void closeUnused() {
    closeUnused(0);
  }

  /** How often a model has been loaded. */
  static synchronized long loads() {
    return loads;
  }

  /** The number of loaded models. */
  static synchronized int loaded() {
    return LOADED.size();
  }
}
