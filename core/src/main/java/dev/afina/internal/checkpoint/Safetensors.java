package dev.afina.internal.checkpoint;

import com.google.gson.stream.JsonWriter;
import dev.afina.CheckpointException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads and writes tensors in the safetensors format. */
public final class Safetensors {
  /** The metadata without which older releases of transformers refuse a file. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

  /** How an index of several files is named, as {@code model.safetensors.index.json}. */
  static final String INDEX_SUFFIX = ".safetensors.index.json";

  /**
   * The order of the element types in a file: the declaration order of the Rust writer's type
   * enumeration, backwards. It keeps every tensor aligned to its elements.
   */
  private static final List<DType> ORDER =
      List.of(
          DType.I64,
          DType.F64,
          DType.F32,
          DType.I32,
          DType.BF16,
          DType.F16,
          DType.I16,
          DType.I8,
          DType.U8,
          DType.BOOL);

  private static final int ALIGNMENT = 8;
  private static final int CHUNK = 1 << 20;

  private Safetensors() {}

  /**
   * Opens a file, or all the files that an index names.
   *
   * @param file a {@code .safetensors} file of any size, or an index ending with {@code
   *     .safetensors.index.json}, whose files lie beside it
   * @return the tensors; the caller closes them
   * @throws CheckpointException when the file breaks a rule of the format
   * @throws IOException when the file cannot be read
   */
  public static TensorSource open(Path file) throws IOException {
    if (file.toString().endsWith(INDEX_SUFFIX)) {
      return ShardedTensors.open(
          CheckpointLocation.SMALL_FILE.bytes(file),
          file.toString(),
          WeightsForm.SHARDED_SAFETENSORS.suffix(),
          shard -> open(file.resolveSibling(shard)));
    }
    return source(Content.of(file), file.toString());
  }

  /**
   * Reads a file that is in memory.
   *
   * @param content the whole file, from position to limit; must not change while the source is in
   *     use
   * @param where where it comes from, for messages
   * @return the tensors
   * @throws CheckpointException when the content breaks a rule of the format
   * @throws IOException never otherwise
   */
  public static TensorSource parse(ByteBuffer content, String where) throws IOException {
    return source(Content.of(content), where);
  }

  /**
   * Writes a file, the same bytes as Python's {@code safetensors.torch.save_file} for the same
   * tensors and one metadata entry.
   *
   * <p>A temporary file beside the target is written, forced to disk and renamed, so that the
   * target is the old file or the whole new one at any time. Tensors are ordered by type (widest
   * first), then by name; metadata by key (Python leaves that order to chance).
   *
   * @param target the file to write or replace; its folder must exist
   * @param tensors the tensors by name
   * @param metadata strings for the header, usually {@link #PYTORCH}; may be empty
   * @throws IllegalArgumentException when a tensor is called {@code __metadata__}, or the header
   *     would pass 100,000,000 bytes
   * @throws IOException when the file cannot be written, or a name is not valid Unicode; the target
   *     is then unchanged
   */
  public static void write(
      Path target, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, TensorData>> ordered =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<String, TensorData> e) -> ORDER.indexOf(e.getValue().dtype()))
                    .thenComparing(Map.Entry::getKey, Safetensors::byCodePoint))
            .toList();
    ByteBuffer header = header(ordered, metadata);
    Path temporary = Disk.temporarySibling(target);
    try {
      // Not Files.createTempFile: its files can be read by their owner only.
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        writeFully(out, header);
        for (Map.Entry<String, TensorData> entry : ordered) {
          writeFully(out, entry.getValue().bytes());
        }
        out.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      Disk.forceFolder(target.toAbsolutePath().getParent());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Reads the header and takes over the content, which is closed when the header is refused. */
  static TensorSource source(Content content, String where) throws IOException {
    try {
      return new SingleFile(content, where, SafetensorsHeader.read(content, where));
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private static ByteBuffer header(
      List<Map.Entry<String, TensorData>> tensors, Map<String, String> metadata)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(SafetensorsHeader.METADATA).beginObject();
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      long offset = 0;
      for (Map.Entry<String, TensorData> entry : tensors) {
        if (entry.getKey().equals(SafetensorsHeader.METADATA)) {
          throw new IllegalArgumentException(
              "a tensor is called "
                  + SafetensorsHeader.METADATA
                  + ", which the format keeps for strings");
        }
        TensorData tensor = entry.getValue();
        json.name(entry.getKey()).beginObject();
        json.name("dtype").value(tensor.dtype().name());
        json.name("shape").beginArray();
        for (long dimension : tensor.shape()) {
          json.value(dimension);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(offset);
        offset += tensor.bytes().remaining();
        json.value(offset).endArray().endObject();
      }
      json.endObject();
    }
    // newEncoder() refuses unpaired surrogates, which would become equal question marks.
    ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text.getBuffer()));
    int padded = (utf8.remaining() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > SafetensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          tensors.size()
              + " tensors need a header of "
              + padded
              + " bytes, the format allows "
              + SafetensorsHeader.MAX_BYTES);
    }
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + padded)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded)
            .put(utf8);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  /**
   * The order of the names as UTF-8, which is Rust's; Java's own order puts U+FF5E behind U+1F600.
   */
  private static int byCodePoint(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return Arrays.compare(left, right);
  }

  /**
   * Writes in chunks, because a channel copies a heap buffer whole into a direct one that the
   * thread then keeps.
   */
  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + CHUNK));
      out.write(bytes);
    }
  }

  /** The tensors of one file. */
  private static final class SingleFile implements TensorSource {
    private final Content content;
    private final String where;
    private final SafetensorsHeader header;
    private final SortedMap<String, TensorInfo> tensors;
    private boolean closed;

    SingleFile(Content content, String where, SafetensorsHeader header) {
      this.content = content;
      this.where = where;
      this.header = header;
      SortedMap<String, TensorInfo> infos = new TreeMap<>();
      header.tensors().forEach((name, place) -> infos.put(name, place.info()));
      this.tensors = Collections.unmodifiableSortedMap(infos);
    }

    @Override
    public String description() {
      return where;
    }

    @Override
    public SortedMap<String, TensorInfo> tensors() {
      return tensors;
    }

    @Override
    public ByteBuffer floats(String name) throws IOException {
      SafetensorsHeader.Place place = place(name);
      return Floats.copy(
          content.range(place.position(), (int) place.info().byteCount()), place.info().dtype());
    }

    @Override
    public void read(String name, ByteBuffer target) throws IOException {
      SafetensorsHeader.Place place = place(name);
      Floats.read(content, place.position(), place.info(), target);
    }

    private SafetensorsHeader.Place place(String name) throws CheckpointException {
      if (closed) {
        throw new IllegalStateException("the tensors of " + where + " are closed");
      }
      SafetensorsHeader.Place place = header.tensors().get(name);
      if (place == null) {
        throw new IllegalArgumentException(where + ": no tensor \"" + name + "\"");
      }
      Floats.requireReadable(place.info(), where);
      return place;
    }

    @Override
    public void close() throws IOException {
      closed = true;
      content.close();
    }
  }
}
