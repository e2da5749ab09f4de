package dev.afina.spark;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.internal.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkFiles;

/**
 * Where a model is, by a reference that means the same on the driver and on each executor.
 *
 * @param reference a folder on a file system that all see; {@code classpath:folder/}; {@code
 *     owner/name@revision} on the Hugging Face Hub; {@code sparkfiles:name}, which was given to
 *     {@code SparkContext.addFile} or {@code addArchive}; or the URI of a folder on a file system
 *     of Hadoop, which is copied to each machine
 */
record ModelPlace(String reference) {
  private static final String SPARK_FILES = "sparkfiles:";
  private static final String CLASS_PATH = "classpath:";

  ModelPlace {
    if (reference.isBlank()) {
      throw new IllegalArgumentException(
          "model: none given; call setModel(...) with a folder, Hub name, classpath: or sparkfiles:");
    }
  }

  /** What {@code Classifier.load} and {@code checkpoint} take on this machine. */
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
    if (!isUri()) {
      return reference;
    }
    URI uri = URI.create(reference);
    return "file".equals(uri.getScheme()) ? Path.of(uri.getPath()).toString() : copied(uri);
  }

  private boolean isUri() {
    return !reference.startsWith(CLASS_PATH)
        && reference.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*"); // two letters: C:/ is a drive
  }

  private static String copied(URI uri) throws IOException {
    Path folder = Files.createTempDirectory("afina-model");
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(uri);
    try (FileSystem files = FileSystem.newInstance(uri, new Configuration())) {
      files.copyToLocalFile(source, new org.apache.hadoop.fs.Path(folder.toUri()));
    }
    Path copy = folder.resolve(source.getName());
    copy.toFile().deleteOnExit();
    return copy.toString();
  }

  /** The names of its labels, of which only config.json is read. */
  List<String> labels() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open(onThisMachine())) {
      JsonObject config = files.config();
      JsonElement type = config.get("problem_type");
      if (type != null
          && !type.isJsonNull()
          && !"single_label_classification".equals(type.getAsString())) {
        throw new IllegalArgumentException(
            "model \"%s\": is of problem_type %s, expected single_label_classification"
                .formatted(reference, type.getAsString()));
      }
      JsonElement names = config.get("id2label");
      if (names == null || !names.isJsonObject()) {
        return List.of("LABEL_0", "LABEL_1");
      }
      Map<Integer, String> byNumber = new TreeMap<>();
      names
          .getAsJsonObject()
          .entrySet()
          .forEach(e -> byNumber.put(Integer.valueOf(e.getKey()), e.getValue().getAsString()));
      return new ArrayList<>(byNumber.values());
    }
  }

  /**
   * Something that changes when the files of a folder do: an executor that lives long must not go
   * on with the model that was there before. Empty where nothing can change, or nobody can tell.
   */
  String stamp() throws IOException {
    StringBuilder stamp = new StringBuilder();
    Path folder = isUri() || reference.startsWith(CLASS_PATH) ? null : path(onThisMachine());
    if (folder != null && Files.isDirectory(folder)) {
      try (var files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          stamp.append(
              String.format(
                  Locale.ROOT,
                  "%s %d %s;",
                  file.getFileName(),
                  Files.size(file),
                  Files.getLastModifiedTime(file)));
        }
      }
    }
    return stamp.toString();
  }

  private static Path path(String text) {
    return Path.of(text);
  }
}
