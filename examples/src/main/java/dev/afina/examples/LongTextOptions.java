package dev.afina.examples;

import dev.afina.LongTexts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of texts that are longer than the model reads at once. */
final class LongTextOptions {
  private static final String CUT = "cut";
  private static final String HEAD_TAIL = "head-tail";
  private static final String WINDOWS = "windows";
  private static final String MEAN = "mean";
  private static final String MAXIMUM = "maximum";

  @Option(
      names = "--long-texts",
      paramLabel = "HOW",
      description =
          "What becomes of texts longer than --max-tokens: cut, head-tail (the middle is cut out),"
              + " or windows (all of it is read). Default: cut")
  private @Nullable String longTexts;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Tokens that neighbouring windows share. Default: 0")
  private @Nullable Integer stride;

  @Option(
      names = "--most-windows",
      paramLabel = "N",
      description = "Windows of a text at most; what they do not hold is cut. Default: 8")
  private @Nullable Integer mostWindows;

  @Option(
      names = "--window-logits",
      paramLabel = "HOW",
      description = "How the windows' logits are combined: mean or maximum. Default: mean")
  private @Nullable String windowLogits;

  /**
   * What was asked for; empty for nothing.
   *
   * @throws IllegalArgumentException for a value that there is not, or an option of windows without
   *     {@code --long-texts windows}
   */
  Optional<LongTexts> strategy() {
    boolean isWindows = WINDOWS.equals(longTexts);
    if (!isWindows && (stride != null || mostWindows != null || windowLogits != null)) {
      throw new IllegalArgumentException(
          "--stride, --most-windows and --window-logits need --long-texts windows");
    }
    if (longTexts == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (longTexts) {
          case CUT -> LongTexts.cut();
          case HEAD_TAIL -> LongTexts.headAndTail();
          case WINDOWS -> windows();
          default ->
              throw new IllegalArgumentException(
                  "--long-texts: expected cut, head-tail or windows, got \"" + longTexts + "\"");
        });
  }

  private LongTexts windows() {
    LongTexts.Windows windows = LongTexts.windows(stride == null ? 0 : stride);
    if (mostWindows != null) {
      windows = windows.atMost(mostWindows);
    }
    if (windowLogits == null || windowLogits.equals(MEAN)) {
      return windows;
    }
    if (windowLogits.equals(MAXIMUM)) {
      return windows.maximum();
    }
    throw new IllegalArgumentException(
        "--window-logits: expected mean or maximum, got \"" + windowLogits + "\"");
  }
}
