package dev.afina.report;

import dev.afina.metrics.Calibration;
import java.util.List;

/** A reliability curve, with how many texts each of its points stands for. */
final class ReliabilityChart {
  private static final double LEFT = 50;
  private static final double TOP = 10;
  private static final double SIZE = 260;
  private static final double COUNTS = 56;
  private static final double BELOW = 44;

  private ReliabilityChart() {}

  /**
   * The picture.
   *
   * @param share what the height is, such as "share that is right"
   */
  static String picture(Calibration calibration, String share) {
    List<Calibration.Bin> bins = calibration.bins();
    double bottom = TOP + SIZE;
    double floor = bottom + 10 + COUNTS;
    Axis x = new Axis(0, 1, LEFT, LEFT + SIZE);
    Axis y = new Axis(0, 1, bottom, TOP);
    Svg svg = new Svg(LEFT + SIZE + 16, floor + BELOW, "reliability curve");
    for (int i = 0; i <= 5; i++) {
      double tick = i / 5.0;
      svg.line("grid", LEFT, y.at(tick), LEFT + SIZE, y.at(tick));
      svg.line("grid", x.at(tick), TOP, x.at(tick), bottom);
      svg.text("tick end", LEFT - 7, y.at(tick) + 4, Numbers.significant(tick));
      svg.text("tick middle", x.at(tick), floor + 16, Numbers.significant(tick));
    }
    svg.line("ideal", x.at(0), y.at(0), x.at(1), y.at(1));
    double[][] places =
        bins.stream()
            .map(b -> new double[] {x.at(b.meanProbability()), y.at(b.shareTrue())})
            .toArray(double[][]::new);
    svg.path("line s0", places);
    int most = bins.stream().mapToInt(Calibration.Bin::count).max().orElse(1);
    for (Calibration.Bin bin : bins) {
      String title =
          "%s: mean probability %s, %s %s"
              .formatted(
                  Numbers.count(bin.count()),
                  Numbers.decimal(bin.meanProbability()),
                  share,
                  Numbers.decimal(bin.shareTrue()));
      svg.circle("dot s0", x.at(bin.meanProbability()), y.at(bin.shareTrue()), 4, title);
      double height = Math.max(1, COUNTS * bin.count() / most);
      double width = x.at(bin.upper()) - x.at(bin.lower());
      svg.rectangle("count", x.at(bin.lower()) + 1, floor - height, width - 2, height, 1, title);
    }
    svg.line("axis", LEFT, floor, LEFT + SIZE, floor);
    svg.rectangle("frame", LEFT, TOP, SIZE, SIZE);
    svg.text("label middle", LEFT + SIZE / 2, floor + 36, "probability; below: how many");
    svg.turned("label middle", 14, TOP + SIZE / 2, -90, share);
    return svg.toString();
  }
}
