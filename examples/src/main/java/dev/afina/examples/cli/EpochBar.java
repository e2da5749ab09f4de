package dev.afina.examples.cli;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** A line on a terminal that shows how far an epoch is, and is drawn over until closed. */
final class EpochBar implements AutoCloseable {
  private static final int MILLIS_BETWEEN_DRAWINGS = 200;

  private final Line line;
  private final ProgressBar bar;

  EpochBar(PrintStream out, String name, int steps) {
    line = new Line(out);
    bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(steps)
            .setUpdateIntervalMillis(MILLIS_BETWEEN_DRAWINGS)
            .setRenderer(EpochBar::render)
            .setConsumer(line)
            .build();
  }

  void draw(int step, String figures) {
    bar.setExtraMessage(figures);
    bar.stepTo(step);
  }

  @Override
  public void close() {
    bar.close();
    if (!line.ended) { // progressbar 0.10.2 forgets it when the epoch was over at once
      line.close();
    }
  }

  /** Figures first: on 80 columns progressbar's own layout cuts them for the bar. */
  private static String render(ProgressState state, int width) {
    double share = state.getNormalizedProgress();
    String name = state.getTaskName();
    String figures = String.format(Locale.ROOT, "%3.0f%% %s", 100 * share, state.getExtraMessage());
    int cells = Math.max(0, width - name.length() - figures.length() - " [] ".length());
    int done = (int) (cells * share);
    return name + " [" + "=".repeat(done) + " ".repeat(cells - done) + "] " + figures;
  }

  /** The terminal's line, which tells whether it has been ended. */
  private static final class Line extends ConsoleProgressBarConsumer {
    private volatile boolean ended;

    Line(PrintStream out) {
      super(out);
    }

    @Override
    public void close() {
      super.close();
      ended = true;
    }
  }
}
