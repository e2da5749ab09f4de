package dev.afina.parquet;

import dev.afina.data.Columns;
import dev.afina.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Reads files that are made to do harm; a program of its own, so that its heap can be small and the
 * end of the process is seen. Prints a line for each.
 */
final class HostileFiles {
  /** Messages with the path of the file may have this many characters. */
  private static final int LONGEST = 1_000;

  /** The column of the label. */
  private static final String LABEL = System.getProperty("label", "label");

  private HostileFiles() {}

  public static void main(String[] args) throws IOException {
    if (args[0].equals("mutate")) {
      mutate(Path.of(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]), args);
      return;
    }
    for (String file : args) {
      System.out.println(Path.of(file).getFileName() + ": " + outcome(Path.of(file)));
    }
  }

  /** What reading said, or how many rows there are. */
  private static String outcome(Path file) {
    try {
      Dataset data = Dataset.parquet(file, Columns.standard().label(LABEL));
      return data.size() + " rows";
    } catch (IOException | IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (message.length() > LONGEST || message.contains("\n") || message.endsWith("null")) {
        throw new AssertionError("message: " + message, e);
      }
      return message;
    }
  }

  /**
   * Reads each file many times, a few of its bytes changed each time; what else is thrown ends it.
   */
  private static void mutate(Path scratch, long seed, int rounds, String[] args)
      throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (int i = 4; i < args.length; i++) {
      files.add(Files.readAllBytes(Path.of(args[i])));
    }
    int read = 0;
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(seed + round);
      byte[] bytes = mutated(files.get(round % files.size()), random);
      Path file = Files.write(scratch, bytes);
      try {
        read += outcome(file).endsWith(" rows") ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + (seed + round) + " of file " + round % files.size(), e);
      }
    }
    System.out.println(rounds + " rounds, " + read + " read");
  }

  private static byte[] mutated(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    // Half of them where the file describes itself.
    int from = random.nextBoolean() ? Math.max(0, bytes.length - footer(bytes) - 8) : 0;
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = from + random.nextInt(bytes.length - from);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> { // a number of as many bytes as can be
          for (int i = at; i < Math.min(bytes.length, at + 1 + random.nextInt(5)); i++) {
            bytes[i] = (byte) 0xff;
          }
        }
        default -> {
          int other = random.nextInt(bytes.length);
          int length = random.nextInt(Math.min(20, bytes.length - Math.max(at, other)) + 1);
          System.arraycopy(bytes, other, bytes, at, length);
        }
      }
    }
    return bytes;
  }

  private static int footer(byte[] bytes) {
    int at = bytes.length - 8;
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
  }
}
