package dev.afina.data;

/**
 * Limits that protect a program against malicious or broken data files: a few kilobytes of gzip can
 * expand to gigabytes. The defaults stop such files and leave ordinary texts alone.
 *
 * <pre>{@code
 * CsvFormat.withHeader().limits(DataLimits.standard().rowCharacters(100_000_000))
 * }</pre>
 *
 * <p>Immutable and thread safe: each setter returns new limits.
 */
public final class DataLimits {
  /** Long books have five million characters. */
  private static final int ROW_CHARACTERS = 1 << 24;

  /** Texts compress to a third or a tenth of their size, logs to a fiftieth. */
  private static final int EXPANSION = 200;

  /** Up to this size, 64 MiB, the expansion is not checked. */
  static final long EXPANSION_FROM = 1L << 26;

  /**
   * A row is read into buffers that are copied as they grow, up to ten bytes per character, while
   * the rows before it take all that they may: two thirds of the heap.
   */
  private static final int BYTES_A_CHARACTER = 24;

  private final int rowCharacters;
  private final int expansion;
  private final long memoryBytes;

  private DataLimits(int rowCharacters, int expansion, long memoryBytes) {
    this.rowCharacters = rowCharacters;
    this.expansion = expansion;
    this.memoryBytes = memoryBytes;
  }

  /**
   * The defaults: 16,777,216 characters per row (fewer if the maximum heap is under 600 MB), a
   * 200-fold expansion of compressed data (checked beyond 64 MiB), and two thirds of the maximum
   * heap for all rows.
   */
  public static DataLimits standard() {
    return new DataLimits(ROW_CHARACTERS, EXPANSION, Runtime.getRuntime().maxMemory() / 3 * 2);
  }

  /**
   * The maximum number of characters in a row, over all its columns. Default: 16,777,216.
   *
   * @throws IllegalArgumentException if {@code most} is less than 1
   */
  public DataLimits rowCharacters(int most) {
    require("rowCharacters", most);
    return new DataLimits(most, expansion, memoryBytes);
  }

  /**
   * The maximum ratio of uncompressed to compressed size, for a gzip file or a page of a Parquet
   * file. Not checked up to 64 MiB of uncompressed data. Default: 200.
   *
   * @throws IllegalArgumentException if {@code most} is less than 1
   */
  public DataLimits expansion(int most) {
    require("expansion", most);
    return new DataLimits(rowCharacters, most, memoryBytes);
  }

  /**
   * The maximum memory for the rows of one data set, in bytes, as estimated from their texts.
   * Streams ignore it. Default: two thirds of the maximum heap.
   *
   * @throws IllegalArgumentException if {@code most} is less than 1
   */
  public DataLimits memoryBytes(long most) {
    require("memoryBytes", most);
    return new DataLimits(rowCharacters, expansion, most);
  }

  /**
   * The maximum number of characters in a row: as set, or fewer if {@link #memoryBytes()} is too
   * small for that.
   */
  public int rowCharacters() {
    return (int) Math.max(1, Math.min(rowCharacters, memoryBytes / BYTES_A_CHARACTER));
  }

  /** The maximum ratio of uncompressed to compressed size. */
  public int expansion() {
    return expansion;
  }

  /** The maximum memory for the rows of one data set, in bytes. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Whether data of this compressed size may expand to this uncompressed size. */
  public boolean allowsExpansion(long packedBytes, long unpackedBytes) {
    return unpackedBytes <= EXPANSION_FROM || unpackedBytes / expansion <= packedBytes;
  }

  private static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected 1 or more, got " + value);
    }
  }
}
