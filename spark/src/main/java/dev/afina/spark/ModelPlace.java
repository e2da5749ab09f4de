package dev.afina.spark;

import com.google.gson.JsonObject;
import dev.afina.data.ProblemType;
import dev.afina.hub.HubClient;
import dev.afina.hub.ModelReference;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.files.FileTree;
import dev.afina.internal.saved.ConfigLabels;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkFiles;

/**
 * The location of a model, by a reference that is valid on the driver and on all executors.
 *
 * @param reference a folder on a shared file system; {@code classpath:folder/}; {@code
 *     owner/name@revision} on the Hugging Face Hub; {@code sparkfiles:name} for a file added by
 *     {@code SparkContext.addFile} or {@code addArchive}; or the URI of a folder on a Hadoop file
 *     system, which is copied to each machine
 * @param settings for Hadoop's file systems
 */
record ModelPlace(String reference, HadoopSettings settings) implements Serializable {
  private static final String SPARK_FILES = "sparkfiles:";
  private static final String CLASS_PATH = "classpath:";

  /** The local copies from Hadoop file systems, by reference and stamp. */
  private static final Map<String, Path> COPIES = new HashMap<>();

  ModelPlace {
    if (reference.isBlank()) {
      throw new IllegalArgumentException(
          "model: none given; call setModel(...) with a folder, Hub name, classpath: or"
              + " sparkfiles:");
    }
  }

  /** A place with the settings of this program; on the driver. */
  ModelPlace(String reference) {
    this(reference, isOfHadoop(reference) ? HadoopSettings.ofProgram() : HadoopSettings.NONE);
  }

  /** The reference for {@code Classifier.load} and {@code checkpoint} on this machine. */
  String onThisMachine() throws IOException {
    if (reference.startsWith(SPARK_FILES)) {
      String name = reference.substring(SPARK_FILES.length());
      Path there = Path.of(SparkFiles.get(name));
      if (!Files.isDirectory(there)) {
        throw new IOException(
            "no folder \"%s\" among Spark's files; call addArchive(\"%s.zip#%s\") or addFile(folder, true) before"
                .formatted(name, name, name));
      }
      return there.toString();
    }
    if (!isUri(reference)) {
      return reference;
    }
    Optional<Path> folder = onFiles();
    return folder.isPresent() ? folder.get().toString() : copied(uri(reference));
  }

  /** The folder that a URI {@code file:/…} means; empty for other references. */
  Optional<Path> onFiles() {
    return isUri(reference) && isOfFiles(uri(reference))
        ? Optional.of(Path.of(uri(reference).getPath()))
        : Optional.empty();
  }

  /** The folder that a path or a URI {@code file:/…} means; empty for other references. */
  Optional<Path> onMachine() {
    if (isUri(reference) || reference.startsWith(CLASS_PATH) || reference.startsWith(SPARK_FILES)) {
      return onFiles();
    }
    boolean isPath = !isOfClassPathOrHub() || Files.exists(Path.of(reference));
    return isPath ? Optional.of(Path.of(reference).toAbsolutePath()) : Optional.empty();
  }

  private static boolean isUri(String reference) {
    return !reference.startsWith(CLASS_PATH)
        && reference.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*"); // two letters: C:/ is a drive
  }

  private static boolean isOfHadoop(String reference) {
    return isUri(reference) && !isOfFiles(uri(reference));
  }

  /** Whether it is not a folder, but on the class path or, as far as its form tells, the Hub. */
  boolean isOfClassPathOrHub() {
    if (reference.startsWith(CLASS_PATH)) {
      return true;
    }
    if (reference.startsWith(SPARK_FILES) || isUri(reference)) {
      return false;
    }
    try {
      ModelReference unused = ModelReference.parse(reference);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The path on a Hadoop file system; empty if the model is somewhere else. */
  Optional<org.apache.hadoop.fs.Path> onHadoop() {
    return isOfHadoop(reference)
        ? Optional.of(new org.apache.hadoop.fs.Path(uri(reference)))
        : Optional.empty();
  }

  /** The reference as a URI. If it is none because nothing is escaped, Hadoop escapes it. */
  private static URI uri(String reference) {
    try {
      return new URI(reference);
    } catch (URISyntaxException e) {
      return new org.apache.hadoop.fs.Path(reference).toUri();
    }
  }

  private static boolean isOfFiles(URI uri) {
    return "file".equalsIgnoreCase(uri.getScheme());
  }

  /** A local copy of a folder on a Hadoop file system, which is renewed when the files change. */
  private String copied(URI uri) throws IOException {
    synchronized (COPIES) {
      String key = reference + "\n" + stamp();
      Path there = COPIES.get(key);
      if (there == null) {
        org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(uri);
        Path folder = Files.createTempDirectory("afina-model");
        deleteAtExit(folder);
        there = folder.resolve("model");
        try (FileSystem files = FileSystem.newInstance(uri, settings.configuration())) {
          files.copyToLocalFile(false, source, new org.apache.hadoop.fs.Path(there.toUri()), true);
        }
        COPIES.put(key, there);
      }
      return there.toString();
    }
  }

  private static void deleteAtExit(Path folder) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    FileTree.delete(folder);
                  } catch (IOException e) {
                    return; // it lies in the folder for temporary files
                  }
                }));
  }

  /** The model's label names, from its config.json. Weights on the Hub are not downloaded. */
  List<String> labels() throws IOException {
    String here = onThisMachine();
    JsonObject config = config(here);
    ProblemType type = ConfigLabels.problemType(config, here);
    if (type != ProblemType.SINGLE_LABEL) {
      throw new IllegalArgumentException(
          "model \"%s\": is of problem_type %s, expected single_label_classification"
              .formatted(reference, type.key()));
    }
    return ConfigLabels.required(type, config, here).names();
  }

  private static JsonObject config(String here) throws IOException {
    Optional<JsonObject> first = CheckpointFiles.configFirst(here, HubClient::fromEnvironment);
    if (first.isPresent()) {
      return first.get();
    }
    try (CheckpointFiles files = CheckpointFiles.open(here)) { // ONNX, or an adapter
      return files.config();
    }
  }

  /**
   * A string that changes when the files of the model do, so that a long-lived executor does not
   * keep using an old model. Empty if the files cannot change, or that cannot be detected.
   */
  String stamp() throws IOException {
    StringBuilder stamp = new StringBuilder();
    if (isOfHadoop(reference)) {
      URI uri = uri(reference);
      try (FileSystem files = FileSystem.newInstance(uri, settings.configuration())) {
        for (FileStatus file : files.listStatus(new org.apache.hadoop.fs.Path(uri))) {
          add(stamp, file.getPath().getName(), file.getLen(), file.getModificationTime());
        }
      }
    } else if (!reference.startsWith(CLASS_PATH)) {
      Path folder = path(onThisMachine());
      if (Files.isDirectory(folder)) {
        try (var files = Files.list(folder)) {
          for (Path file : files.sorted().toList()) {
            add(
                stamp,
                file.getFileName().toString(),
                Files.size(file),
                Files.getLastModifiedTime(file).toMillis());
          }
        }
      }
    }
    return stamp.toString();
  }

  private static void add(StringBuilder stamp, String name, long size, long modified) {
    stamp.append(String.format(Locale.ROOT, "%s %d %d;", name, size, modified));
  }

  private static Path path(String text) {
    return Path.of(text);
  }
}
