package dev.afina.report;

import dev.afina.report.RegressionFigures.Bin;
import dev.afina.report.RegressionFigures.Pair;
import java.util.ArrayList;
import java.util.List;

/** The pictures of a regression's target. */
final class RegressionCharts {
  private static final double LEFT = 58;
  private static final double TOP = 10;
  private static final double RIGHT = 16;
  private static final double BELOW = 42;
  private static final double SIZE = 280;

  private RegressionCharts() {}

  /** Predictions over true numbers, both on one scale. */
  static String scatter(List<Pair> points) {
    List<Double> values = new ArrayList<>();
    points.forEach(p -> values.add(p.truth()));
    points.forEach(p -> values.add(p.predicted()));
    double bottom = TOP + SIZE;
    Axis x = Axis.around(values, LEFT, LEFT + SIZE);
    Axis y = new Axis(x.low(), x.high(), bottom, TOP);
    Svg svg = new Svg(LEFT + SIZE + RIGHT, bottom + BELOW, "predictions over true numbers");
    for (double tick : x.ticks(5)) {
      svg.line("grid", LEFT, y.at(tick), LEFT + SIZE, y.at(tick));
      svg.line("grid", x.at(tick), TOP, x.at(tick), bottom);
      svg.text("tick end", LEFT - 7, y.at(tick) + 4, Numbers.significant(tick, 6));
      svg.text("tick middle", x.at(tick), bottom + 17, Numbers.significant(tick, 6));
    }
    svg.line("ideal", x.at(x.low()), y.at(x.low()), x.at(x.high()), y.at(x.high()));
    for (Pair p : points) {
      svg.circle(
          "point",
          x.at(p.truth()),
          y.at(p.predicted()),
          2.5,
          "truth %s, predicted %s"
              .formatted(Numbers.significant(p.truth()), Numbers.significant(p.predicted())));
    }
    svg.rectangle("frame", LEFT, TOP, SIZE, SIZE);
    svg.text("label middle", LEFT + SIZE / 2, bottom + 37, "truth");
    svg.turned("label middle", 12, TOP + SIZE / 2, -90, "predicted");
    return svg.toString();
  }

  /** How many texts have which error. */
  static String residuals(List<Bin> bins) {
    double bottom = TOP + SIZE;
    int most = bins.stream().mapToInt(Bin::count).max().orElse(1);
    Axis x =
        new Axis(bins.get(0).lower(), bins.get(bins.size() - 1).upper(), LEFT, LEFT + SIZE * 1.2);
    Axis y = new Axis(0, most * 1.05, bottom, TOP);
    Svg svg = new Svg(LEFT + SIZE * 1.2 + RIGHT, bottom + BELOW, "histogram of errors");
    for (double tick : y.wholeTicks(5)) {
      svg.line("grid", LEFT, y.at(tick), x.to(), y.at(tick));
      svg.text("tick end", LEFT - 7, y.at(tick) + 4, Numbers.count((long) tick));
    }
    for (Bin bin : bins) {
      svg.rectangle(
          "bar",
          x.at(bin.lower()) + 0.5,
          y.at(bin.count()),
          x.at(bin.upper()) - x.at(bin.lower()) - 1,
          bottom - y.at(bin.count()),
          1,
          "%s to %s: %s"
              .formatted(
                  Numbers.significant(bin.lower()),
                  Numbers.significant(bin.upper()),
                  Numbers.count(bin.count())));
    }
    for (double tick : x.ticks(6)) {
      svg.line("axis", x.at(tick), bottom, x.at(tick), bottom + 4);
      svg.text("tick middle", x.at(tick), bottom + 17, Numbers.significant(tick, 6));
    }
    svg.line("zero", x.at(0), TOP, x.at(0), bottom);
    svg.line("axis", LEFT, bottom, x.to(), bottom);
    svg.text("label middle", (LEFT + x.to()) / 2, bottom + 37, "predicted − truth");
    svg.turned("label middle", 12, TOP + SIZE / 2, -90, "texts");
    return svg.toString();
  }
}
