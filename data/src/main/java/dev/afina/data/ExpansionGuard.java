package dev.afina.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Decompresses gzip, and fails if far more comes out than any text can be compressed to. */
final class ExpansionGuard extends FilterInputStream {
  /** Counts the compressed bytes. */
  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int got = super.read(bytes, from, length);
      count += Math.max(0, got);
      return got;
    }
  }

  private final Path path;
  private final DataLimits limits;
  private final Counting packed;
  private long unpacked;

  private ExpansionGuard(Path path, Counting packed, DataLimits limits) {
    super(new GzipMembers(packed));
    this.path = path;
    this.limits = limits;
    this.packed = packed;
  }

  static InputStream gunzip(Path path, InputStream packed, DataLimits limits) {
    return new ExpansionGuard(path, new Counting(packed), limits);
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    count(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int got = super.read(bytes, from, length);
    count(Math.max(0, got));
    return got;
  }

  private void count(int bytes) throws DatasetException {
    unpacked += bytes;
    if (!limits.allowsExpansion(packed.count, unpacked)) {
      throw new DatasetException(
          path,
          "its first %s bytes of gzip unpack to more than %s, over %s times as many; no text does that: raise DataLimits.expansion(...) if this file shall be read"
              .formatted(packed.count, unpacked, limits.expansion()),
          null);
    }
  }
}
