package dev.afina.internal.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Pickles written instruction by instruction, and archives like those of torch.save. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins in protocol 2. */
  PickleBytes() {
    op(0x80).op(2);
  }

  /** One byte, mostly an instruction. */
  PickleBytes op(int code) {
    out.write(code);
    return this;
  }

  PickleBytes ops(String codes) {
    codes.chars().forEach(out::write);
    return this;
  }

  PickleBytes bytes(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** BININT. */
  PickleBytes number(int value) {
    return op('J').bytes(value, value >> 8, value >> 16, value >> 24);
  }

  /** BINUNICODE. */
  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').bytes(utf8.length, utf8.length >> 8, utf8.length >> 16, utf8.length >> 24);
    out.writeBytes(utf8);
    return this;
  }

  PickleBytes global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  /** A storage by its persistent id. */
  PickleBytes storage(String type, String key, int elements) {
    op('(').text("storage").global("torch", type).text(key).text("cpu").number(elements);
    return op('t').op('Q');
  }

  /** A call of _rebuild_tensor_v2 on a storage. */
  PickleBytes tensor(
      String type, String key, int elements, int offset, int[] shape, int[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').storage(type, key, elements);
    number(offset).tuple(shape).tuple(strides).op(0x89);
    return global("collections", "OrderedDict").ops(")R").ops("tR");
  }

  PickleBytes tuple(int... values) {
    op('(');
    for (int value : values) {
      number(value);
    }
    return op('t');
  }

  /** Ends here. */
  byte[] stop() {
    op('.');
    return out.toByteArray();
  }

  /** {@code {"x": tensor}}, the tensor being all of a float32 storage called 0. */
  static byte[] vector(int elements) {
    return new PickleBytes()
        .op('}')
        .text("x")
        .tensor("FloatStorage", "0", elements, 0, new int[] {elements}, new int[] {1})
        .op('s')
        .stop();
  }

  /** The archive of a pickle and its storages by their keys. */
  static byte[] archive(byte[] pickle, Map<String, byte[]> storages) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle);
    entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    storages.forEach((key, bytes) -> entries.put("archive/data/" + key, bytes));
    entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    return zip(entries);
  }

  /** A zip file of stored entries. */
  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : entries.entrySet()) {
        putStored(zip, file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void putStored(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
