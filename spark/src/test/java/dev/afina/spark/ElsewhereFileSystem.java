package dev.afina.spark;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file system of Hadoop that only {@code spark.hadoop.fs.else.impl} knows. */
public class ElsewhereFileSystem extends RawLocalFileSystem {
  static final AtomicInteger OPENED = new AtomicInteger();

  @Override
  public URI getUri() {
    return URI.create("else:///");
  }

  @Override
  public String getScheme() {
    return "else";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws java.io.IOException {
    OPENED.incrementAndGet();
    return super.open(path, bufferSize);
  }

  /** The same, which no setting knows before the program makes one. */
  public static final class Late extends ElsewhereFileSystem {
    @Override
    public URI getUri() {
      return URI.create("late:///");
    }

    @Override
    public String getScheme() {
      return "late";
    }
  }
}
