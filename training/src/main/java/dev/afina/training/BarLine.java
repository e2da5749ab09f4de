package dev.afina.training;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A progress line on a terminal, redrawn in place until it ends. */
final class BarLine {
  /** Narrower terminals cut the line, so its width need not be known. */
  private static final int COLUMNS = 80;

  private static final int FEWEST_CELLS = 4;
  private static final long NANOS_BETWEEN_DRAWINGS = 200_000_000;

  /** Where a terminal would wrap a line, the next drawing would begin below its first half. */
  private static final String WITHOUT_WRAPPING = "\u001b[?7l";

  private static final String WRAPPING_AGAIN = "\u001b[?7h";
  private static final String ERASE_TO_THE_END = "\u001b[K";

  private final PrintStream out;
  private final String name;
  private @Nullable String undrawn;
  private long lastDrawn = System.nanoTime() - NANOS_BETWEEN_DRAWINGS;

  BarLine(PrintStream out, String name) {
    this.out = out;
    this.name = name;
  }

  /**
   * Draws it, unless it was drawn just now.
   *
   * @param share the progress, 0 to 1
   */
  void draw(double share, String figures) {
    undrawn = text(share, figures);
    if (System.nanoTime() - lastDrawn >= NANOS_BETWEEN_DRAWINGS) {
      drawNow();
    }
  }

  /** Draws the last state and ends the line. */
  void end() {
    if (undrawn != null) {
      drawNow();
    }
    out.println();
  }

  private void drawNow() {
    // As one string: another thread's output then stands before or behind it.
    out.print("\r" + WITHOUT_WRAPPING + undrawn + ERASE_TO_THE_END + WRAPPING_AGAIN);
    out.flush();
    undrawn = null;
    lastDrawn = System.nanoTime();
  }

  private String text(double share, String figures) {
    String percent = String.format(Locale.ROOT, "%3.0f%% %s", 100 * share, figures);
    int cells =
        Math.max(FEWEST_CELLS, COLUMNS - name.length() - percent.length() - " [] ".length());
    int done = (int) (cells * share);
    return name + " [" + "=".repeat(done) + " ".repeat(cells - done) + "] " + percent;
  }
}
