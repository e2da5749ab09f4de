package dev.afina.robustness.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Changes a file of torch.save by its parts: the pickle, with the zip around it put right; the
 * entries; the zip's directory; the numbers.
 */
final class PytorchBinMutator implements Mutator {
  private static final int END_BYTES = 22;

  /** Pickle instructions that run something, refer to what is not there, or make much of little. */
  private static final List<byte[]> INSTRUCTIONS =
      List.of(
          pickle("cposix\nsystem\nX\4\0\0\0true\u0085R"),
          pickle("cbuiltins\neval\nX\1\0\0\0001\u0085R"),
          pickle("\u008c\2os\u008c\6system\u0093"),
          pickle("(ios\nsystem\n"),
          pickle("(cos\nsystem\no"),
          pickle("ctorch._utils\n_rebuild_tensor_v2\n)R"),
          pickle("ctorch._utils\n_rebuild_tensor_v3\n"),
          pickle("ccollections\nOrderedDict\n)R"),
          pickle("}b"),
          pickle("b"),
          pickle("R"),
          pickle("\u0081"),
          pickle("\u0082\1"),
          pickle("(".repeat(20_000)),
          pickle(")" + "\u0085".repeat(20_000)),
          pickle("h\0\u0086".repeat(100)),
          pickle("h\1h\1s"),
          pickle("h\1"),
          pickle("j\u00ff\u00ff\u00ff\u00ff"),
          pickle("0"),
          pickle("2"),
          pickle("N"),
          pickle("Q"),
          pickle("."),
          pickle("u"),
          pickle("t"),
          pickle("J\u00ff\u00ff\u00ff\u007f"),
          pickle("J\u00ff\u00ff\u00ff\u00ff"),
          pickle("\u008a\10\0\0\0\0\0\0\0\u0080"),
          pickle("X\u00ff\u00ff\u00ff\u00ff"));

  private final ByteMutator bytes = new ByteMutator();

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    Map<String, byte[]> entries = entries(file);
    String pickle =
        entries.keySet().stream().filter(n -> n.endsWith("/data.pkl")).findFirst().orElseThrow();
    byte[] program = entries.getOrDefault(pickle, new byte[0]);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        Edit edit = bytes.mutate(program, random);
        entries.put(pickle, edit.bytes());
        yield Edit.of(zip(entries), "pickle: " + edit.description());
      }
      case 4, 5, 6 -> {
        int which = random.nextInt(INSTRUCTIONS.size());
        byte[] added = INSTRUCTIONS.get(which);
        int at = random.nextInt(program.length);
        int removed = random.nextBoolean() ? 0 : Math.min(added.length, program.length - at);
        entries.put(pickle, ByteMutator.splice(program, at, removed, added));
        yield Edit.of(
            zip(entries),
            "pickle: instructions %d at byte %d in place of %d bytes"
                .formatted(which, at, removed));
      }
      case 7 -> {
        List<String> names = List.copyOf(entries.keySet());
        String name = names.get(random.nextInt(names.size()));
        byte[] content = entries.getOrDefault(name, new byte[0]);
        if (random.nextInt(3) == 0) {
          entries.remove(name);
          yield Edit.of(zip(entries), "entry " + name + " left out");
        }
        byte[] changed =
            Arrays.copyOf(content, Math.max(0, content.length - 2 + random.nextInt(5)));
        entries.put(name, changed);
        yield Edit.of(zip(entries), "entry " + name + " with " + changed.length + " bytes");
      }
      case 8 -> new Edit(zip(entries), "the same entries by another writer of zip files", true);
      case 9, 10 -> {
        int directory = little(file).getInt(file.length - END_BYTES + 16);
        Edit edit = bytes.mutate(Arrays.copyOfRange(file, directory, file.length), random);
        byte[] changed = ByteMutator.splice(file, directory, file.length - directory, edit.bytes());
        yield Edit.of(changed, "directory: " + edit.description());
      }
      default -> bytes.mutate(file, random);
    };
  }

  /** The entries of a good file, in the order of its directory. */
  private static Map<String, byte[]> entries(byte[] file) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    ByteBuffer in = little(file);
    int end = file.length - END_BYTES;
    int at = in.getInt(end + 16);
    for (int i = 0; i < in.getShort(end + 10); i++) {
      int name = in.getShort(at + 28);
      int header = in.getInt(at + 42);
      int start = header + 30 + in.getShort(header + 26) + in.getShort(header + 28);
      entries.put(
          new String(file, at + 46, name, StandardCharsets.UTF_8),
          Arrays.copyOfRange(file, start, start + in.getInt(at + 24)));
      at += 46 + name + in.getShort(at + 30) + in.getShort(at + 32);
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setTime(0); // else each run makes another file
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.getValue().length);
        CRC32 sum = new CRC32();
        sum.update(content.getValue());
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return file.toByteArray();
  }

  private static byte[] pickle(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ByteBuffer little(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }
}
