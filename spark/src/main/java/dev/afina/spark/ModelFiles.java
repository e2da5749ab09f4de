package dev.afina.spark;

import dev.afina.internal.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves and loads an {@link AfinaClassifierModel}: Spark's metadata, with the model's folder beside
 * it.
 */
final class ModelFiles {
  private static final Logger log = LoggerFactory.getLogger(ModelFiles.class);
  private static final String MODEL = "model";

  private ModelFiles() {}

  /**
   * A path by which folders can be compared: with its file system, and without links if that is the
   * machine's own.
   */
  static org.apache.hadoop.fs.Path qualified(
      org.apache.hadoop.fs.Path path, Configuration configuration) throws IOException {
    org.apache.hadoop.fs.Path whole = path.getFileSystem(configuration).makeQualified(path);
    if (!"file".equals(whole.toUri().getScheme())) {
      return whole;
    }
    Path folder = Path.of(whole.toUri().getPath()).normalize();
    Path there = folder;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    Path real = there.toRealPath().resolve(there.relativize(folder));
    return new org.apache.hadoop.fs.Path("file", null, real.normalize().toString());
  }

  /** Whether deleting a folder would delete the other. Both are {@link #qualified}. */
  static boolean contains(org.apache.hadoop.fs.Path folder, org.apache.hadoop.fs.Path other) {
    for (org.apache.hadoop.fs.Path at = other; at != null; at = at.getParent()) {
      if (at.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Saves a model. Spark deletes what is at the target before {@link #saveImpl}, so {@link #save}
   * looks first whether the model itself is there: a model that was loaded from there is copied
   * aside, another one is not deleted.
   */
  static final class Writer extends MLWriter {
    private final AfinaClassifierModel instance;

    /** The copy that is to be saved, instead of the model's folder. */
    private @Nullable Path aside;

    Writer(AfinaClassifierModel instance) {
      this.instance = instance;
    }

    @Override
    public void save(String path) throws IOException {
      aside = aside(path);
      if (aside == null) {
        super.save(path);
        return;
      }
      log.info("until {} is written, a copy of the model is kept in {}", path, aside);
      try {
        super.save(path);
        FileTree.delete(aside);
      } catch (IOException | RuntimeException e) {
        throw new IOException(
            "save: %s was not written, a copy of the model is left in %s: %s"
                .formatted(path, aside, e.getMessage()),
            e);
      } finally {
        aside = null;
      }
    }

    /** A copy of the model, if it is about to be deleted or is so already. */
    private @Nullable Path aside(String path) throws IOException {
      Optional<Path> folder = folder();
      Optional<HeldFiles> held = instance.held();
      if (folder.isEmpty()) {
        return held.isPresent() ? held.get().copied() : null;
      }
      if (!shouldOverwrite()) {
        return null;
      }
      org.apache.hadoop.fs.Path target =
          qualified(new org.apache.hadoop.fs.Path(path), configuration());
      org.apache.hadoop.fs.Path model =
          qualified(
              new ModelPlace(instance.getModel()).onHadoop().orElse(hadoop(folder.get())),
              configuration());
      if (!contains(target, model)) {
        return null;
      }
      if (model.equals(new org.apache.hadoop.fs.Path(target, MODEL))) {
        return new HeldFiles(instance.getModel(), folder.get()).copied();
      }
      throw new IOException(
          "save: overwriting %s would delete the model itself, %s; choose another folder"
              .formatted(path, instance.getModel()));
    }

    /**
     * The model's folder on this machine; empty if the model is on the class path or the Hub, or
     * gone and held.
     *
     * @throws IOException if it is gone and not held
     */
    private Optional<Path> folder() throws IOException {
      ModelPlace place = new ModelPlace(instance.getModel());
      Optional<HeldFiles> held = instance.held();
      try {
        Path folder = Path.of(place.onThisMachine());
        boolean whole =
            Files.isDirectory(folder)
                && held.stream()
                    .flatMap(files -> files.names().stream())
                    .allMatch(name -> Files.exists(folder.resolve(name)));
        if (whole) {
          return Optional.of(folder);
        }
      } catch (IOException e) {
        if (held.isEmpty()) {
          throw e;
        }
      }
      if (held.isEmpty() && !place.isOfClassPathOrHub()) {
        throw new IOException(
            "model \"%s\": no such folder on the driver, so it cannot be saved"
                .formatted(instance.getModel()));
      }
      return Optional.empty();
    }

    private Configuration configuration() {
      return sparkSession().sparkContext().hadoopConfiguration();
    }

    @Override
    public void saveImpl(String path) {
      try {
        Optional<Path> folder = aside == null ? folder() : Optional.of(aside);
        new DefaultParamsWriter(instance).saveImpl(path);
        if (folder.isPresent()) {
          copy(folder.get(), new org.apache.hadoop.fs.Path(path, MODEL));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void copy(Path folder, org.apache.hadoop.fs.Path target) throws IOException {
      Configuration configuration = configuration();
      FileSystem files = target.getFileSystem(configuration);
      FileSystem local = FileSystem.getLocal(configuration);
      org.apache.hadoop.fs.Path written = qualified(target, configuration);
      boolean unused = files.mkdirs(target);
      for (var file : FileUtil.stat2Paths(local.listStatus(hadoop(folder)))) {
        if (!contains(qualified(file, configuration), written)) { // else it copies itself
          files.copyFromLocalFile(file, new org.apache.hadoop.fs.Path(target, file.getName()));
        }
      }
    }

    private static org.apache.hadoop.fs.Path hadoop(Path folder) {
      return new org.apache.hadoop.fs.Path(folder.toAbsolutePath().toUri());
    }
  }

  static final class Reader extends MLReader<AfinaClassifierModel> {
    @Override
    public AfinaClassifierModel load(String path) {
      AfinaClassifierModel read = new DefaultParamsReader<AfinaClassifierModel>().load(path);
      org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(path, MODEL);
      try {
        FileSystem files =
            folder.getFileSystem(sparkSession().sparkContext().hadoopConfiguration());
        if (files.exists(folder)) {
          return read.setModel(files.makeQualified(folder).toUri().toString()).holding();
        }
        if (!new ModelPlace(read.getModel()).isOfClassPathOrHub()) {
          throw new IOException(
              "%s: incomplete, the model's files are missing; they were copied from \"%s\""
                  .formatted(folder, read.getModel()));
        }
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
