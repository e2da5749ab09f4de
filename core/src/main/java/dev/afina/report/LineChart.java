package dev.afina.report;

import dev.afina.report.Curves.Point;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Curves over the updates of a training. */
final class LineChart {
  private static final double WIDTH = 440;
  private static final double HEIGHT = 230;
  private static final double LEFT = 58;
  private static final double RIGHT = 14;
  private static final double TOP = 12;
  private static final double BOTTOM = 40;

  /** A line with more places than these looks no other. */
  private static final int MOST_PLACES = 2_000;

  private static final int MOST_DOTS = 60;

  /**
   * One of the lines.
   *
   * @param dots whether to mark its values, as of evaluations, which are few
   */
  record Series(String name, List<Point> points, boolean dots) {}

  private LineChart() {}

  /**
   * A figure of the page; empty where there is nothing to draw.
   *
   * @param best the value to put a ring around; null for none
   */
  static String figure(String title, List<Series> series, @Nullable Point best) {
    List<Series> drawn = series.stream().filter(s -> !s.points().isEmpty()).toList();
    if (drawn.isEmpty()) {
      return "";
    }
    Html html = new Html().raw("<figure>\n<figcaption>").element("strong", title);
    for (int i = 0; i < drawn.size() && drawn.size() > 1; i++) {
      html.raw(" <span class=\"key k" + i + "\">").text(drawn.get(i).name()).raw("</span>");
    }
    if (best != null) {
      html.element(
          "span class=\"note\"",
          " best %s after step %s"
              .formatted(Numbers.significant(best.value()), Numbers.count(best.step())));
    }
    html.raw("</figcaption>\n").raw(picture(title, drawn, best));
    return html.raw("\n</figure>\n").toString();
  }

  private static String picture(String title, List<Series> series, @Nullable Point best) {
    List<Double> steps = new ArrayList<>(List.of(0.0));
    List<Double> values = new ArrayList<>();
    for (Series s : series) {
      s.points().forEach(p -> steps.add((double) p.step()));
      s.points().forEach(p -> values.add(p.value()));
    }
    double last = steps.stream().mapToDouble(s -> s).max().orElse(1);
    Axis x = new Axis(0, Math.max(1, last), LEFT, WIDTH - RIGHT);
    Axis y = Axis.around(values, HEIGHT - BOTTOM, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, title + " over the steps of the training");
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      svg.text("tick end", LEFT - 7, y.at(tick) + 4, Numbers.significant(tick, 6));
    }
    for (double tick : x.wholeTicks(6)) {
      svg.line("axis", x.at(tick), HEIGHT - BOTTOM, x.at(tick), HEIGHT - BOTTOM + 4);
      svg.text("tick middle", x.at(tick), HEIGHT - BOTTOM + 17, Numbers.count((long) tick));
    }
    svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    svg.text("label middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, "step");
    for (int i = 0; i < series.size(); i++) {
      draw(svg, series.get(i), "s" + i, x, y);
    }
    if (best != null) {
      svg.circle("best", x.at(best.step()), y.at(best.value()), 7, "the weights that were kept");
    }
    return svg.toString();
  }

  private static void draw(Svg svg, Series series, String style, Axis x, Axis y) {
    List<Point> points = thinned(series.points());
    svg.path(
        "line " + style,
        points.stream()
            .map(p -> new double[] {x.at(p.step()), y.at(p.value())})
            .toArray(double[][]::new));
    if (points.size() == 1 || (series.dots() && points.size() <= MOST_DOTS)) {
      for (Point p : points) {
        svg.circle(
            "dot " + style,
            x.at(p.step()),
            y.at(p.value()),
            3,
            "%s after step %s".formatted(Numbers.significant(p.value()), Numbers.count(p.step())));
      }
    }
  }

  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= MOST_PLACES) {
      return points;
    }
    List<Point> some = new ArrayList<>();
    for (int i = 0; i < MOST_PLACES; i++) {
      some.add(points.get((int) ((long) i * (points.size() - 1) / (MOST_PLACES - 1))));
    }
    return some;
  }
}
