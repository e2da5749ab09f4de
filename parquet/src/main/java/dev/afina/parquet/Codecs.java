package dev.afina.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Decompresses pages without native code: gzip with the JDK; snappy, zstd and lz4 with
 * aircompressor, which the decoder depends on anyway. The decoder's own codecs would add 9 MB of
 * native libraries, and its gzip requires Hadoop.
 */
final class Codecs implements CompressionCodecFactory {
  /** Fills {@code unpacked} and returns the number of bytes. */
  private interface Unpacking {
    int unpack(byte[] packed, byte[] unpacked) throws IOException;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Pages(codec, Codecs::copy);
      case GZIP -> new Pages(codec, Codecs::gunzip);
      case SNAPPY -> new Pages(codec, unpacking(new SnappyDecompressor()));
      case ZSTD -> new Pages(codec, unpacking(new ZstdDecompressor()));
      case LZ4_RAW -> new Pages(codec, unpacking(new Lz4Decompressor()));
      case LZO, BROTLI, LZ4 ->
          throw new UnsupportedOperationException(
              "compressed by " + codec + ", expected snappy, zstd, gzip, lz4_raw or none");
    };
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("nothing is written here");
  }

  @Override
  public void release() {}

  private static Unpacking unpacking(Decompressor decompressor) {
    return (packed, unpacked) ->
        decompressor.decompress(packed, 0, packed.length, unpacked, 0, unpacked.length);
  }

  private static int copy(byte[] packed, byte[] unpacked) {
    System.arraycopy(packed, 0, unpacked, 0, Math.min(packed.length, unpacked.length));
    return Math.min(packed.length, unpacked.length);
  }

  private static int gunzip(byte[] packed, byte[] unpacked) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(unpacked, 0, unpacked.length);
    }
  }

  private record Pages(CompressionCodecName codec, Unpacking unpacking)
      implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      return BytesInput.from(unpack(bytes.toInputStream().readAllBytes(), size));
    }

    @Override
    public void decompress(ByteBuffer input, int packedSize, ByteBuffer output, int size)
        throws IOException {
      byte[] packed = new byte[packedSize];
      input.get(packed);
      output.put(unpack(packed, size));
    }

    private byte[] unpack(byte[] packed, int size) throws IOException {
      if (size < 0) { // how large it may be is the ChunkCheck's
        throw new IOException("a page announces " + size + " bytes");
      }
      if (packed.length == 0 && size == 0) { // of nulls only: nothing was compressed
        return packed;
      }
      byte[] unpacked = new byte[size];
      int got = unpacking.unpack(packed, unpacked);
      return got == size ? unpacked : Arrays.copyOf(unpacked, got);
    }

    @Override
    public void release() {}
  }
}
