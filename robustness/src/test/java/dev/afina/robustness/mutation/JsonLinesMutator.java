package dev.afina.robustness.mutation;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Changes the tree of one line of a JSON Lines file. */
final class JsonLinesMutator implements Mutator {
  private final JsonMutator tree = new JsonMutator();

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    String[] lines = new String(file, StandardCharsets.UTF_8).split("\n");
    int line = random.nextInt(lines.length);
    while (lines[line].isBlank()) { // no row, and no JSON
      line = random.nextInt(lines.length);
    }
    Edit edit = tree.mutate(lines[line].getBytes(StandardCharsets.UTF_8), random);
    lines[line] = new String(edit.bytes(), StandardCharsets.UTF_8).replaceAll("\n\\s*", "");
    return new Edit(
        String.join("\n", lines).getBytes(StandardCharsets.UTF_8),
        "line " + line + ": " + edit.description(),
        edit.neutral());
  }
}
