package dev.afina.internal.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript module without parameters: the ZIP container of {@code torch.jit.save} with
 * stored entries, holding the source of one class.
 */
final class TorchScriptArchive {
  private static final String ROOT = "ops/";

  private TorchScriptArchive() {}

  /**
   * The bytes of the archive.
   *
   * @param className the class that {@code source} declares, in ASCII
   */
  static byte[] write(String className, String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "version", "10\n".getBytes(US_ASCII));
      // PROTO 2, empty tuple, STOP: no constants.
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "data.pkl", instance(className));
      store(zip, "code/__torch__.py", source.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** A pickled object of the class with the state {"training": true}. */
  private static byte[] instance(String className) throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2}); // PROTO 2
    pickle.write(("c__torch__\n" + className + "\n").getBytes(US_ASCII)); // GLOBAL
    pickle.write(new byte[] {'q', 0, ')', (byte) 0x81, '}', 'q', 1, '('}); // NEWOBJ, dict, MARK
    pickle.write(new byte[] {'X', 8, 0, 0, 0}); // BINUNICODE of 8 bytes
    pickle.write("training".getBytes(US_ASCII));
    pickle.write(new byte[] {'q', 2, (byte) 0x88, 'u', 'b', 'q', 3, '.'}); // True, SETITEMS, BUILD
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
