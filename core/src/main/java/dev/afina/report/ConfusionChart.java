package dev.afina.report;

import dev.afina.internal.files.VisibleText;
import dev.afina.metrics.ConfusionMatrix;
import java.util.List;

/**
 * A confusion matrix as a picture: rows are the truth, the darker a cell, the larger its share of
 * the row; what is right has another colour than what is wrong.
 */
final class ConfusionChart {
  /** Of more labels no picture fits a page. */
  static final int MOST_LABELS = 300;

  /** Of more labels the cells have no numbers. */
  static final int MOST_NUMBERED = 20;

  /** Of more labels, rows and columns have no names. */
  private static final int MOST_NAMED = 110;

  private static final int LONGEST_NAME = 28;
  private static final double EDGE = 6;
  private static final double HEADING = 20;

  private final ConfusionMatrix matrix;
  private final int labels;
  private final double cell;
  private final double letters;
  private final boolean upright;
  private final List<String> names;
  private final double left;
  private final double top;

  private ConfusionChart(ConfusionMatrix matrix) {
    this.matrix = matrix;
    this.labels = matrix.classes();
    this.cell = cell(labels);
    this.letters = labels <= MOST_NUMBERED ? 12 : 9;
    this.names =
        labels <= MOST_NAMED
            ? matrix.labels().stream().map(ConfusionChart::shortened).toList()
            : List.of();
    double widest = names.stream().mapToDouble(n -> Svg.width(n, letters)).max().orElse(0);
    this.upright = widest > cell - 8;
    this.left = HEADING + widest + EDGE;
    this.top = HEADING + (upright ? widest : names.isEmpty() ? 0 : letters) + EDGE;
  }

  /** The picture; empty where there are too many labels. */
  static String picture(ConfusionMatrix matrix) {
    return matrix.classes() > MOST_LABELS ? "" : new ConfusionChart(matrix).draw();
  }

  private static double cell(int labels) {
    if (labels <= 4) {
      return 84;
    }
    if (labels <= 10) {
      return 48;
    }
    return labels <= MOST_NUMBERED ? 36 : labels <= 40 ? 17 : labels <= MOST_NAMED ? 10.5 : 3;
  }

  private static String shortened(String name) {
    return VisibleText.line(name, LONGEST_NAME);
  }

  private String draw() {
    double size = labels * cell;
    Svg svg =
        new Svg(
            left + size + EDGE,
            top + size + EDGE,
            "confusion matrix of %s labels, rows are the truth".formatted(labels));
    svg.text("label middle", left + size / 2, 14, "predicted");
    svg.turned("label middle", 14, top + size / 2, -90, "truth");
    for (int i = 0; i < names.size(); i++) {
      double middle = (i + 0.5) * cell;
      String name = Html.escaped(names.get(i));
      String style = labels <= MOST_NUMBERED ? "name" : "name small";
      svg.text(style + " end", left - EDGE, top + middle + letters * 0.35, name);
      if (upright) {
        svg.turned(style, left + middle + letters * 0.35, top - EDGE, -90, name);
      } else {
        svg.text(style + " middle", left + middle, top - EDGE, name);
      }
    }
    for (int truth = 0; truth < labels; truth++) {
      for (int predicted = 0; predicted < labels; predicted++) {
        if (matrix.count(truth, predicted) > 0) {
          draw(svg, truth, predicted);
        }
      }
    }
    String grid = labels <= MOST_NUMBERED ? "grid" : "grid thin";
    for (int i = 0; i <= labels && cell > 4; i++) {
      svg.line(grid, left + i * cell, top, left + i * cell, top + size);
      svg.line(grid, left, top + i * cell, left + size, top + i * cell);
    }
    svg.rectangle("frame", left, top, size, size);
    return svg.toString();
  }

  private void draw(Svg svg, int truth, int predicted) {
    int count = matrix.count(truth, predicted);
    double share = (double) count / matrix.support(truth);
    double opacity = 0.06 + 0.94 * Math.pow(share, 0.65); // a share of 1 % can still be seen
    double x = left + predicted * cell;
    double y = top + truth * cell;
    svg.rectangle(
        truth == predicted ? "right" : "wrong",
        x,
        y,
        cell,
        cell,
        opacity,
        "%s → %s: %s, %s of the row"
            .formatted(
                Html.visible(matrix.labels().get(truth), Html.LONGEST_NAME),
                Html.visible(matrix.labels().get(predicted), Html.LONGEST_NAME),
                Numbers.count(count),
                Numbers.percent(share)));
    if (labels <= MOST_NUMBERED) {
      String style = opacity > 0.6 ? "number on" : "number";
      boolean twoLines = cell > 60;
      svg.text(style, x + cell / 2, y + cell / 2 + (twoLines ? -2 : 4), Numbers.count(count));
      if (twoLines) {
        svg.text(style + " share", x + cell / 2, y + cell / 2 + 15, Numbers.percent(share));
      }
    }
  }
}
