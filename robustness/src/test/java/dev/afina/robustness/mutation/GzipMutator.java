package dev.afina.robustness.mutation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Changes what a gzip file holds and packs it again, or changes the packed bytes. */
record GzipMutator(Mutator content) implements Mutator {
  private static final ByteMutator BYTES = new ByteMutator();

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    byte[] unpacked = unpack(file);
    return switch (random.nextInt(8)) {
      case 0 -> {
        Edit edit = BYTES.mutate(file, random);
        yield Edit.of(edit.bytes(), "packed: " + edit.description());
      }
      case 1 -> { // two members in a row mean both contents
        int at = random.nextInt(unpacked.length + 1);
        byte[] first = pack(Arrays.copyOf(unpacked, at));
        byte[] second = pack(Arrays.copyOfRange(unpacked, at, unpacked.length));
        yield new Edit(
            ByteMutator.splice(first, first.length, 0, second), "two members, cut at " + at, true);
      }
      case 2 -> Edit.of(ByteMutator.splice(file, file.length, 0, new byte[] {1, 2, 3}), "a tail");
      default -> {
        Edit edit = content.mutate(unpacked, random);
        yield new Edit(pack(edit.bytes()), edit.description(), edit.neutral());
      }
    };
  }

  static byte[] pack(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return packed.toByteArray();
  }

  /** Packs a text that is mostly one character, without having it in memory. */
  static byte[] packRepeated(String before, char repeated, int times, String after) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] block = String.valueOf(repeated).repeat(100_000).getBytes(StandardCharsets.UTF_8);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(before.getBytes(StandardCharsets.UTF_8));
      for (int written = 0; written < times; written += block.length) {
        out.write(block, 0, Math.min(block.length, times - written));
      }
      out.write(after.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  static byte[] unpack(byte[] packed) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
