package dev.afina.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/**
 * Saves and loads an {@link AfinaClassifierModel}: Spark's metadata, with the model's folder beside
 * it.
 */
final class ModelFiles {
  private static final String MODEL = "model";

  private ModelFiles() {}

  static final class Writer extends MLWriter {
    private final AfinaClassifierModel instance;

    Writer(AfinaClassifierModel instance) {
      this.instance = instance;
    }

    @Override
    public void saveImpl(String path) {
      new DefaultParamsWriter(instance).saveImpl(path);
      try {
        String folder = new ModelPlace(instance.getModel()).onThisMachine();
        if (Files.isDirectory(Path.of(folder))) {
          Configuration configuration = sparkSession().sparkContext().hadoopConfiguration();
          org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(path, MODEL);
          FileSystem files = target.getFileSystem(configuration);
          boolean unused = files.mkdirs(target);
          for (var file : FileUtil.stat2Paths(local(configuration).listStatus(hadoop(folder)))) {
            files.copyFromLocalFile(file, new org.apache.hadoop.fs.Path(target, file.getName()));
          }
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private static FileSystem local(Configuration configuration) throws IOException {
      return FileSystem.getLocal(configuration);
    }

    private static org.apache.hadoop.fs.Path hadoop(String folder) {
      return new org.apache.hadoop.fs.Path(Path.of(folder).toAbsolutePath().toUri());
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
        return files.exists(folder)
            ? read.setModel(files.makeQualified(folder).toUri().toString())
            : read;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
