package dev.afina.parquet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a row group, whose uncompressed content is checked before the decoder sees it: run
 * lengths and deltas begin with counts for which it allocates memory.
 */
final class CheckedPages implements PageReadStore {
  private final PageReadStore pages;

  /** The longest text, in bytes. */
  private final long longest;

  CheckedPages(PageReadStore pages, long longest) {
    this.pages = pages;
    this.longest = longest;
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return new Checked(pages.getPageReader(column), column, longest);
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  private static final class Checked implements PageReader {
    private final PageReader reader;
    private final ColumnDescriptor column;
    private final long longest;

    /** Of the value before, of which the next may repeat a part. */
    private long lastLength;

    Checked(PageReader reader, ColumnDescriptor column, long longest) {
      this.reader = reader;
      this.column = column;
      this.longest = longest;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
      return reader.readDictionaryPage();
    }

    @Override
    public long getTotalValueCount() {
      return reader.getTotalValueCount();
    }

    @Override
    public @Nullable DataPage readPage() {
      DataPage page = reader.readPage();
      while (page != null && page.getValueCount() == 0) { // the decoder would read a value of it
        page = reader.readPage();
      }
      if (page == null) {
        return null;
      }
      return page.accept(
          new DataPage.Visitor<DataPage>() {
            @Override
            public DataPage visit(DataPageV1 v1) {
              return checked(v1);
            }

            @Override
            public DataPage visit(DataPageV2 v2) {
              return checked(v2);
            }
          });
    }

    private DataPage checked(DataPageV1 page) {
      try {
        requireLevels(page.getRlEncoding());
        requireLevels(page.getDlEncoding());
        ByteBuffer bytes = bytes(page.getBytes());
        levels(bytes, page.getRlEncoding(), column.getMaxRepetitionLevel(), page.getValueCount());
        levels(bytes, page.getDlEncoding(), column.getMaxDefinitionLevel(), page.getValueCount());
        values(bytes, page.getValueEncoding(), page.getValueCount());
        return page;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private DataPage checked(DataPageV2 page) {
      try {
        runs(page.getRepetitionLevels(), column.getMaxRepetitionLevel(), page.getValueCount());
        runs(page.getDefinitionLevels(), column.getMaxDefinitionLevel(), page.getValueCount());
        values(bytes(page.getData()), page.getDataEncoding(), page.getValueCount());
        return page;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void values(ByteBuffer bytes, Encoding encoding, int count) throws IOException {
      switch (encoding) {
        case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
          if (bytes.hasRemaining()) {
            RunLengths.check(bytes, bytes.get(), count);
          }
        }
        case RLE -> RunLengths.check(slice(bytes, bytes.getInt()), 1, count);
        case DELTA_BINARY_PACKED -> Deltas.read(ByteBufferInputStream.wrap(bytes.slice()), count);
        case DELTA_LENGTH_BYTE_ARRAY ->
            Deltas.read(ByteBufferInputStream.wrap(bytes.slice()), count);
        case DELTA_BYTE_ARRAY -> prefixes(ByteBufferInputStream.wrap(bytes.slice()), count);
        default -> {} // an uncompressed value is as long as its bytes
      }
    }

    /** Each value shares a prefix with the one before it. */
    private void prefixes(ByteBufferInputStream bytes, int count) throws IOException {
      Deltas prefixes = Deltas.read(bytes, count);
      Deltas suffixes = Deltas.read(bytes, count);
      for (int i = 0; i < Math.min(prefixes.count(), suffixes.count()); i++) {
        long prefix = prefixes.values().readInteger();
        long suffix = suffixes.values().readInteger();
        if (prefix < 0 || prefix > lastLength || suffix < 0) {
          throw new IOException(
              "a value repeats %s bytes of one of %s and adds %s"
                  .formatted(prefix, lastLength, suffix));
        }
        lastLength = prefix + suffix;
        if (lastLength > longest) {
          throw Values.tooLong(lastLength, longest);
        }
      }
    }

    /** Checks the levels at the current position and skips them. */
    @SuppressWarnings("deprecation") // old files have it
    private static void levels(ByteBuffer bytes, Encoding encoding, int greatest, int count)
        throws IOException {
      if (greatest == 0) {
        return; // none are written
      }
      int bits = BytesUtils.getWidthFromMaxInt(greatest);
      int length;
      if (encoding == Encoding.RLE) {
        length = bytes.getInt();
        RunLengths.check(slice(bytes, length), bits, count);
      } else {
        length = BytesUtils.paddedByteCountFromBits(count * bits);
      }
      bytes.position(bytes.position() + length);
    }

    private static void runs(BytesInput levels, int greatest, int count) throws IOException {
      if (greatest > 0) {
        RunLengths.check(bytes(levels), BytesUtils.getWidthFromMaxInt(greatest), count);
      }
    }

    @SuppressWarnings("deprecation") // old files have it
    private static void requireLevels(Encoding encoding) throws IOException {
      if (encoding != Encoding.RLE && encoding != Encoding.BIT_PACKED) {
        throw new IOException("levels are encoded as " + encoding + ", expected RLE");
      }
    }

    private static ByteBuffer bytes(BytesInput page) throws IOException {
      ByteBufferInputStream in = page.toInputStream();
      return in.slice(in.available()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer slice(ByteBuffer bytes, int length) throws IOException {
      if (length < 0 || length > bytes.remaining()) {
        throw new IOException(
            "run lengths of %s bytes where %s are left".formatted(length, bytes.remaining()));
      }
      return bytes.slice(bytes.position(), length);
    }
  }

  /**
   * Delta-encoded numbers.
   *
   * @param values the decoder's own reader
   * @param count the number of values
   */
  private record Deltas(DeltaBinaryPackingValuesReader values, int count) {
    /** Writers take 128 and 4; the format asks for a multiple of 128. */
    private static final int LARGEST_BLOCK = 1 << 16;

    /** Reads all numbers and positions the stream after them. */
    static Deltas read(ByteBufferInputStream in, int most) throws IOException {
      in.mark(Integer.MAX_VALUE);
      int block = BytesUtils.readUnsignedVarInt(in);
      int parts = BytesUtils.readUnsignedVarInt(in);
      int count = BytesUtils.readUnsignedVarInt(in);
      in.reset();
      if (block < 0 || block > LARGEST_BLOCK || parts <= 0 || parts > block) {
        throw new IOException("deltas announce blocks of %s in %s parts".formatted(block, parts));
      }
      if (count < 0 || count > most) {
        throw new IOException("deltas announce %s values where %s belong".formatted(count, most));
      }
      DeltaBinaryPackingValuesReader values = new DeltaBinaryPackingValuesReader();
      values.initFromPage(most, in);
      return new Deltas(values, count);
    }
  }
}
