package dev.afina.robustness.mutation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Changes bytes wherever they stand, knowing nothing of the format. */
final class ByteMutator implements Mutator {
  /** Bytes that formats give a meaning. */
  private static final byte[] SPECIAL = {0, 1, 9, 10, 13, 34, 92, 123, 125, -1, -128, 127};

  private final int from;

  /** Changes any byte. */
  ByteMutator() {
    this(0);
  }

  /** Changes bytes from a place on only. */
  ByteMutator(int from) {
    this.from = from;
  }

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    if (file.length <= from) {
      return insert(file, file.length, random);
    }
    int at = random.nextInt(from, file.length);
    int length = Math.min(file.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 512));
    return switch (random.nextInt(9)) {
      case 0, 1 -> {
        int bit = random.nextInt(8);
        yield set(file, at, (byte) (file[at] ^ (1 << bit)), "bit " + bit + " turned");
      }
      case 2 -> set(file, at, SPECIAL[random.nextInt(SPECIAL.length)], "set");
      case 3 -> set(file, at, (byte) random.nextInt(), "set");
      case 4 -> insert(file, at, random);
      case 5 ->
          Edit.of(splice(file, at, length, new byte[0]), length + " bytes left out at byte " + at);
      case 6 -> Edit.of(Arrays.copyOf(file, at), "cut short to " + at + " bytes");
      case 7 -> {
        int to = random.nextInt(from, file.length + 1);
        yield Edit.of(
            splice(file, to, 0, Arrays.copyOfRange(file, at, at + length)),
            length + " bytes of byte " + at + " repeated at " + to);
      }
      default -> {
        byte[] zeroed = file.clone();
        Arrays.fill(zeroed, at, at + length, (byte) 0);
        yield Edit.of(zeroed, length + " bytes zeroed at byte " + at);
      }
    };
  }

  /** The file with a part of it replaced. */
  static byte[] splice(byte[] file, int at, int removed, byte[] added) {
    byte[] result = new byte[file.length - removed + added.length];
    System.arraycopy(file, 0, result, 0, at);
    System.arraycopy(added, 0, result, at, added.length);
    System.arraycopy(file, at + removed, result, at + added.length, file.length - at - removed);
    return result;
  }

  private static Edit set(byte[] file, int at, byte value, String how) {
    byte[] changed = file.clone();
    changed[at] = value;
    return Edit.of(changed, "byte %d %s: %d to %d".formatted(at, how, file[at], value));
  }

  private static Edit insert(byte[] file, int at, RandomGenerator random) {
    byte[] added = new byte[1 + random.nextInt(16)];
    random.nextBytes(added);
    return Edit.of(splice(file, at, 0, added), added.length + " random bytes added at byte " + at);
  }
}
