package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the entries of a zip file lie that are stored as they are. PyTorch writes such files so
 * that tensors can be read at their place; nothing is ever unpacked here.
 *
 * <p>The directory at the end of the file is believed only when it leaves no choice: it is the one
 * directory, directly before the end record, which has no comment; no name occurs twice; each entry
 * has at its place a header with the same name; and no two overlap. Readers that search for the
 * directory, or believe the headers, can then find nothing else. Format: <a
 * href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT</a>. Checksums are
 * not compared: PyTorch ignores them too, and can be told to write none.
 *
 * @param entries each stored entry's bytes by its name
 * @param packed the names of the others, which are compressed or encrypted
 */
record StoredZip(SortedMap<String, Range> entries, SortedSet<String> packed) {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int DIRECTORY_ENTRY = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;

  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int DIRECTORY_ENTRY_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64_BYTES = 20;

  /** In place of a number that has its 8 bytes elsewhere. */
  private static final long ELSEWHERE = 0xffff_ffffL;

  private static final int SIZES_64 = 1;
  private static final int ENCRYPTED = 1;
  private static final int SIZES_BEHIND = 8;

  /** Limits that no model comes near, because what a directory describes takes memory. */
  private static final int MOST_ENTRIES = 100_000;

  private static final int MOST_DIRECTORY_BYTES = 16 << 20;

  StoredZip {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    packed = Collections.unmodifiableSortedSet(new TreeSet<>(packed));
  }

  /** The bytes of one entry. */
  record Range(long position, long length) {}

  /**
   * Reads the directory.
   *
   * @throws CheckpointException when the file is cut short, or can be read in two ways
   */
  static StoredZip read(Content content, String where) throws IOException {
    return new Reader(content, where).read();
  }

  /** Holds what every message and check needs while one directory is read. */
  private static final class Reader {
    private final Content content;
    private final String where;
    private final List<Entry> found = new ArrayList<>();
    private long announced;

    Reader(Content content, String where) {
      this.content = content;
      this.where = where;
    }

    /**
     * An entry by the directory.
     *
     * @param header where its own header starts
     * @param stored the number of its bytes in the file
     * @param size the number of bytes that they stand for
     */
    private record Entry(
        String name, long header, long stored, long size, boolean sizesBehind, boolean packed) {}

    StoredZip read() throws IOException {
      Range directory = directory();
      ByteBuffer in = bytes(directory.position(), directory.length());
      while (in.hasRemaining()) {
        found.add(entry(in));
      }
      if (found.size() != announced) {
        throw problem(found.size() + " entries in its directory, announced are " + announced);
      }
      found.sort(Comparator.comparingLong(Entry::header));
      SortedMap<String, Range> ranges = new TreeMap<>();
      SortedSet<String> packed = new TreeSet<>();
      for (int i = 0; i < found.size(); i++) {
        boolean last = i == found.size() - 1;
        long next = last ? directory.position() : found.get(i + 1).header;
        Entry entry = found.get(i);
        Range range = range(entry, next);
        boolean isNew =
            entry.packed
                ? !ranges.containsKey(entry.name) && packed.add(entry.name)
                : !packed.contains(entry.name) && ranges.put(entry.name, range) == null;
        if (!isNew) {
          throw problem("two entries called " + Excerpt.quoted(entry.name));
        }
      }
      return new StoredZip(ranges, packed);
    }

    /** Finds the directory by the end record, and by its form for large files if there is one. */
    private Range directory() throws IOException {
      long end = content.size() - END_BYTES;
      ByteBuffer record = bytes(Math.max(0, end), Math.min(END_BYTES, content.size()));
      if (end < 0 || record.getInt(0) != END || record.getShort(20) != 0) {
        throw problem(
            "does not end with the end record of a zip file; it is cut short, or has been changed");
      }
      long entries = Short.toUnsignedLong(record.getShort(10));
      long length = Integer.toUnsignedLong(record.getInt(12));
      long position = Integer.toUnsignedLong(record.getInt(16));
      boolean oneDisk = record.getInt(4) == 0 && record.getShort(8) == record.getShort(10);
      long records = end;
      if (end >= LOCATOR_64_BYTES + END_64_BYTES
          && bytes(end - LOCATOR_64_BYTES, Integer.BYTES).getInt() == LOCATOR_64) {
        records = end - LOCATOR_64_BYTES - END_64_BYTES;
        ByteBuffer locator = bytes(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
        ByteBuffer large = bytes(records, END_64_BYTES);
        oneDisk &=
            locator.getLong(8) == records
                && large.getInt(0) == END_64
                && large.getLong(4) == END_64_BYTES - 12
                && large.getLong(16) == 0
                && large.getLong(24) == large.getLong(32)
                && isSame(entries, 0xffff, large.getLong(32))
                && isSame(length, ELSEWHERE, large.getLong(40))
                && isSame(position, ELSEWHERE, large.getLong(48));
        entries = large.getLong(32);
        length = large.getLong(40);
        position = large.getLong(48);
      }
      if (!oneDisk || length < 0 || position < 0 || position != records - length) {
        throw problem("its end records contradict each other, or the place of the directory");
      }
      if (entries > MOST_ENTRIES || length > MOST_DIRECTORY_BYTES) {
        throw problem(
            "a directory of "
                + entries
                + " entries in "
                + length
                + " bytes, expected at most "
                + MOST_ENTRIES
                + " in "
                + MOST_DIRECTORY_BYTES);
      }
      announced = entries;
      return new Range(position, length);
    }

    private static boolean isSame(long small, long elsewhere, long large) {
      return small == elsewhere || small == large;
    }

    private Entry entry(ByteBuffer in) throws IOException {
      if (in.remaining() < DIRECTORY_ENTRY_BYTES || in.getInt(in.position()) != DIRECTORY_ENTRY) {
        throw problem("its directory is damaged");
      }
      ByteBuffer fields = next(in, DIRECTORY_ENTRY_BYTES);
      String name = name(next(in, Short.toUnsignedInt(fields.getShort(28))));
      ByteBuffer extra = next(in, Short.toUnsignedInt(fields.getShort(30)));
      next(in, Short.toUnsignedInt(fields.getShort(32))); // a comment
      boolean packed = (fields.getShort(8) & ENCRYPTED) != 0 || fields.getShort(10) != 0;
      ByteBuffer large = largeNumbers(extra);
      long size = number(fields.getInt(24), large, name);
      long stored = number(fields.getInt(20), large, name);
      long header = number(fields.getInt(42), large, name);
      if ((size != stored && !packed) || stored < 0 || size < 0 || header < 0) {
        throw problem(
            "entry "
                + Excerpt.quoted(name)
                + ": "
                + stored
                + " bytes stored at "
                + header
                + ", which stand for "
                + size);
      }
      boolean sizesBehind = (fields.getShort(8) & SIZES_BEHIND) != 0;
      return new Entry(name, header, stored, size, sizesBehind, packed);
    }

    /** The extra field with the numbers that have 8 bytes, or nothing. */
    private static ByteBuffer largeNumbers(ByteBuffer extra) {
      ByteBuffer in = extra.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      while (in.remaining() >= 4) {
        int id = Short.toUnsignedInt(in.getShort());
        int told = Short.toUnsignedInt(in.getShort());
        int length = Math.min(in.remaining(), told);
        if (id == SIZES_64) {
          return in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        }
        in.position(in.position() + length);
      }
      return ByteBuffer.allocate(0);
    }

    private long number(int small, ByteBuffer large, String name) throws CheckpointException {
      long number = Integer.toUnsignedLong(small);
      if (number != ELSEWHERE) {
        return number;
      }
      if (large.remaining() < Long.BYTES) {
        throw problem("entry " + Excerpt.quoted(name) + ": a size or place is missing");
      }
      return large.getLong();
    }

    /** A name that could lead out of a folder would, in another program. */
    private String name(ByteBuffer utf8) throws CheckpointException {
      String name;
      try {
        name = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      } catch (CharacterCodingException e) {
        throw new CheckpointException(where + ": an entry's name is not UTF-8", e);
      }
      if (name.isEmpty()
          || name.startsWith("/")
          || name.chars().anyMatch(c -> c == '\\' || c == ':' || c == 0)
          || ("/" + name + "/").contains("/../")) {
        throw problem(
            "an entry is called "
                + Excerpt.quoted(name)
                + ", expected a path below the archive's own folder");
      }
      return name;
    }

    /**
     * The bytes behind an entry's own header, which must name the same entry.
     *
     * @param next where the next entry, or the directory, starts
     */
    private Range range(Entry entry, long next) throws IOException {
      if (next - entry.header < LOCAL_HEADER_BYTES) {
        throw overlap(entry);
      }
      ByteBuffer header = bytes(entry.header, LOCAL_HEADER_BYTES);
      int nameBytes = Short.toUnsignedInt(header.getShort(26));
      long start =
          entry.header + LOCAL_HEADER_BYTES + nameBytes + Short.toUnsignedInt(header.getShort(28));
      if (start > next || next - start < entry.stored) {
        throw overlap(entry);
      }
      if (header.getInt(0) != LOCAL_HEADER
          || (header.getShort(8) != 0) != entry.packed
          || !isSize(header.getInt(18), entry.stored, entry)
          || !isSize(header.getInt(22), entry.size, entry)
          || !name(bytes(entry.header + LOCAL_HEADER_BYTES, nameBytes)).equals(entry.name)) {
        throw problem(
            "entry " + Excerpt.quoted(entry.name) + ": its header and the directory contradict");
      }
      return new Range(start, entry.stored);
    }

    private static boolean isSize(int inHeader, long expected, Entry entry) {
      long size = Integer.toUnsignedLong(inHeader);
      return size == expected || size == ELSEWHERE || (size == 0 && entry.sizesBehind);
    }

    private CheckpointException overlap(Entry entry) {
      return problem(
          "entry "
              + Excerpt.quoted(entry.name)
              + ": its "
              + entry.stored
              + " bytes reach into what lies behind them");
    }

    private ByteBuffer next(ByteBuffer in, int length) throws CheckpointException {
      if (in.remaining() < length) {
        throw problem("its directory is cut short");
      }
      ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      in.position(in.position() + length);
      return part;
    }

    private ByteBuffer bytes(long position, long length) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
      content.read(position, bytes);
      return bytes.flip();
    }

    private CheckpointException problem(String what) {
      return new CheckpointException(where + ": " + what);
    }
  }
}
