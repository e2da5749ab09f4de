package dev.afina.report;

import dev.afina.metrics.CoverageCurve;
import java.util.List;
import java.util.stream.IntStream;

/** Errors over coverage, and where the rules of the model are on that curve. */
final class CoverageChart {
  private static final double LEFT = 56;
  private static final double TOP = 10;
  private static final double WIDTH = 320;
  private static final double HEIGHT = 200;
  private static final double BELOW = 44;

  /** A line with more places looks no other. */
  private static final int MOST_PLACES = 1_000;

  private CoverageChart() {}

  static String picture(DecidedResults results) {
    List<CoverageCurve.Point> points = results.curve().points();
    double most =
        Math.max(0.01, points.stream().mapToDouble(CoverageCurve.Point::error).max().orElse(1));
    double bottom = TOP + HEIGHT;
    Axis x = new Axis(0, 1, LEFT, LEFT + WIDTH);
    Axis y = new Axis(0, most, bottom, TOP);
    Svg svg = new Svg(LEFT + WIDTH + 16, bottom + BELOW, "errors by coverage");
    for (int i = 0; i <= 5; i++) {
      double tick = i / 5.0;
      svg.line("grid", x.at(tick), TOP, x.at(tick), bottom);
      svg.line("grid", LEFT, y.at(tick * most), LEFT + WIDTH, y.at(tick * most));
      svg.text("tick middle", x.at(tick), bottom + 16, Numbers.percent(tick));
      svg.text("tick end", LEFT - 7, y.at(tick * most) + 4, Numbers.percent(tick * most));
    }
    int step = Math.max(1, points.size() / MOST_PLACES);
    double[][] places =
        IntStream.range(0, points.size())
            .filter(i -> i % step == 0 || i == points.size() - 1)
            .mapToObj(points::get)
            .map(p -> new double[] {x.at(p.coverage()), y.at(p.error())})
            .toArray(double[][]::new);
    svg.path("line s0", places);
    if (results.coverage() > 0) {
      svg.circle(
          "dot s0",
          x.at(results.coverage()),
          y.at(Math.min(most, results.error())),
          5,
          "decided %s, of these %s wrong"
              .formatted(Numbers.percent(results.coverage()), Numbers.percent(results.error())));
    }
    svg.rectangle("frame", LEFT, TOP, WIDTH, HEIGHT);
    svg.text("label middle", LEFT + WIDTH / 2, bottom + 36, "share that is decided");
    svg.turned("label middle", 14, TOP + HEIGHT / 2, -90, "share of these that is wrong");
    return svg.toString();
  }
}
