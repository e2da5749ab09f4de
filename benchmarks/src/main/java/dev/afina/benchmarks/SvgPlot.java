package dev.afina.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws figures as SVG: lines over values that double, and bars beside their goals. */
final class SvgPlot {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 60;
  private static final int BOTTOM = 50;
  private static final int BAR = 22;
  private static final int NAMES = 190;

  private final StringBuilder svg = new StringBuilder();

  private SvgPlot(String title, int height) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
        WIDTH, height);
    text(WIDTH / 2.0, 20, "middle", "<tspan font-size=\"15\">" + escaped(title) + "</tspan>");
  }

  /**
   * A line of a plot.
   *
   * @param values a value for each place on the x axis; NaN where there is none
   */
  record Line(String name, String color, boolean dashed, List<Double> values) {}

  /**
   * A bar with its goal.
   *
   * @param good whether the goal is reached
   */
  record Bar(String name, double value, double goal, boolean good) {}

  /** Lines over equally spaced places, with powers of ten upwards. */
  static String lines(
      String title, String xTitle, String yTitle, List<String> xs, List<Line> lines) {
    SvgPlot plot = new SvgPlot(title, HEIGHT);
    double[] all =
        lines.stream()
            .flatMap(l -> l.values.stream())
            .mapToDouble(Math::log10)
            .filter(Double::isFinite)
            .toArray();
    double low = Math.floor(Arrays.stream(all).min().orElse(0));
    double high = Math.max(low + 1, Math.ceil(Arrays.stream(all).max().orElse(1)));
    double perDecade = (HEIGHT - TOP - BOTTOM) / (high - low);
    for (int power = (int) low; power <= high; power++) {
      double y = HEIGHT - BOTTOM - (power - low) * perDecade;
      plot.line(LEFT, y, WIDTH - RIGHT, y, "#ddd", false);
      plot.text(LEFT - 6, y + 4, "end", Report.number(Math.pow(10, power)));
    }
    double step = (double) (WIDTH - LEFT - RIGHT) / Math.max(1, xs.size());
    for (int i = 0; i < xs.size(); i++) {
      plot.text(LEFT + (i + 0.5) * step, HEIGHT - BOTTOM + 18, "middle", escaped(xs.get(i)));
    }
    plot.text(WIDTH / 2.0, HEIGHT - 10, "middle", escaped(xTitle));
    plot.text(6, TOP - 12, "start", escaped(yTitle));
    double legend = LEFT + 60.0;
    for (Line line : lines) {
      plot.line(legend, 40, legend + 24, 40, line.color, line.dashed);
      plot.text(legend + 28, 44, "start", escaped(line.name));
      legend += 140;
      for (int i = 0; i < xs.size(); i++) {
        double y = HEIGHT - BOTTOM - (Math.log10(line.values.get(i)) - low) * perDecade;
        double next =
            i + 1 < xs.size()
                ? HEIGHT - BOTTOM - (Math.log10(line.values.get(i + 1)) - low) * perDecade
                : Double.NaN;
        double x = LEFT + (i + 0.5) * step;
        if (Double.isFinite(y)) {
          plot.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", x, y, line.color);
        }
        if (Double.isFinite(y) && Double.isFinite(next)) {
          plot.line(x, y, x + step, next, line.color, line.dashed);
        }
      }
    }
    return plot.done();
  }

  /** Bars, one below the other; a stroke across each is its goal. */
  static String bars(String title, List<Bar> bars) {
    SvgPlot plot = new SvgPlot(title, TOP + bars.size() * BAR + 20);
    double most = bars.stream().mapToDouble(b -> Math.max(b.value, b.goal)).max().orElse(1);
    double scale = (WIDTH - NAMES - RIGHT - 40) / most;
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = TOP - 20 + i * BAR;
      plot.text(NAMES - 6, y + 14, "end", escaped(bar.name));
      plot.add(
          "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
          NAMES, y + 3, bar.value * scale, BAR - 6, bar.good ? "#2a7f62" : "#c0603a");
      double goal = NAMES + bar.goal * scale;
      plot.line(goal, y, goal, y + BAR, "black", false);
      double end = NAMES + Math.max(bar.value, bar.goal) * scale;
      plot.text(end + 6, y + 15, "start", Report.number(bar.value));
    }
    plot.text(NAMES, TOP + bars.size() * BAR, "start", "black stroke: goal");
    return plot.done();
  }

  private void line(double x1, double y1, double x2, double y2, String color, boolean dashed) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\"%s/>\n",
        x1, y1, x2, y2, color, dashed ? " stroke-dasharray=\"5 4\"" : "");
  }

  private void text(double x, double y, String anchor, String content) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, content);
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments));
  }

  private String done() {
    return svg + "</svg>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
