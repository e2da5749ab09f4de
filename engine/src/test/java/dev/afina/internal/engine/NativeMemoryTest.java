package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void giveBack_ofMuchThatWasFreed_returnsItToTheSystem() throws Exception {
    try (NDManager kept = PyTorch.newManager()) {
      try (NDManager freed = PyTorch.newManager()) {
        for (int i = 0; i < 144; i++) {
          // Each ninth one stays: glibc unmaps a part of an arena when nothing is left in it.
          Object unused = (i % 9 == 0 ? kept : freed).ones(new Shape(512, 1024)); // 2 MiB
        }
      }
      long before = settled();
      NativeMemory.giveBack(MEBIBYTE); // too little to look
      assertThat(resident()).isGreaterThan(before - 64 * MEBIBYTE);
      NativeMemory.giveBack(256 * MEBIBYTE);
      assertThat(resident()).isLessThan(before - 128 * MEBIBYTE);
    }
  }

  /** Once it stays alike for half a second: G1 returns pages of its heap meanwhile. */
  private static long settled() throws Exception {
    long last = resident();
    for (int alike = 0; alike < 10; ) {
      Thread.sleep(50);
      long now = resident();
      alike = Math.abs(now - last) < MEBIBYTE ? alike + 1 : 0;
      last = now;
    }
    return last;
  }

  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }
}
