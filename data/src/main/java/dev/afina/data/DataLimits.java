package dev.afina.data;

/**
 * How much a data file may ask of this machine before it is refused. A few kilobytes can unpack to
 * gigabytes; the defaults stop such files and none that holds texts people wrote.
 *
 * <pre>{@code
 * CsvFormat.withHeader().limits(DataLimits.standard().rowCharacters(100_000_000))
 * }</pre>
 *
 * <p>Immutable: each method returns new limits.
 */
public final class DataLimits {
  /** Long books have five million characters. */
  private static final int ROW_CHARACTERS = 1 << 24;

  /** Text packs to a third or a tenth, logs to a fiftieth. */
  private static final int EXPANSION = 200;

  /** What is unpacked is smaller than this, or its expansion is looked at: 64 MiB. */
  static final long EXPANSION_FROM = 1L << 26;

  /** A row is read into buffers that are copied as they grow, two bytes a character. */
  private static final int BYTES_A_CHARACTER = 8;

  private final int rowCharacters;
  private final int expansion;
  private final long memoryBytes;

  private DataLimits(int rowCharacters, int expansion, long memoryBytes) {
    this.rowCharacters = rowCharacters;
    this.expansion = expansion;
    this.memoryBytes = memoryBytes;
  }

  /**
   * A row of 16,777,216 characters; what is packed may grow by 200 times beyond 64 MiB; two thirds
   * of the heap.
   */
  public static DataLimits standard() {
    return new DataLimits(ROW_CHARACTERS, EXPANSION, Runtime.getRuntime().maxMemory() / 3 * 2);
  }

  /**
   * The most characters that a row may have, all its columns together.
   *
   * @throws IllegalArgumentException if less than 1
   */
  public DataLimits rowCharacters(int most) {
    require("rowCharacters", most);
    return new DataLimits(most, expansion, memoryBytes);
  }

  /**
   * How many times as large as its packed form a gzip file, or a page of a Parquet file, may be;
   * not looked at up to 64 MiB.
   *
   * @throws IllegalArgumentException if less than 1
   */
  public DataLimits expansion(int most) {
    require("expansion", most);
    return new DataLimits(rowCharacters, most, memoryBytes);
  }

  /**
   * The most memory that the rows of one reading may take, in bytes. Default: two thirds of the
   * heap. It is reckoned, not measured: what a row and its texts take.
   *
   * @throws IllegalArgumentException if less than 1
   */
  public DataLimits memoryBytes(long most) {
    require("memoryBytes", most);
    return new DataLimits(rowCharacters, expansion, most);
  }

  /** The most characters of a row: as set, or fewer where the memory is too small for it. */
  public int rowCharacters() {
    return (int) Math.max(1, Math.min(rowCharacters, memoryBytes / BYTES_A_CHARACTER));
  }

  /** How many times as large as its packed form something may be. */
  public int expansion() {
    return expansion;
  }

  /** The most memory of all rows. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Whether something that is so large unpacked may have been so small. */
  public boolean allowsExpansion(long packedBytes, long unpackedBytes) {
    return unpackedBytes <= EXPANSION_FROM || unpackedBytes / expansion <= packedBytes;
  }

  private static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected 1 or more, got " + value);
    }
  }
}
