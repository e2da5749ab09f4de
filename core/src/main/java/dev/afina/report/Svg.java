package dev.afina.report;

/** A picture that grows. Colours come from the page's style, so they follow light and dark. */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /**
   * A picture of this size in pixels; the page may show it smaller.
   *
   * @param described what it shows, for those who cannot see it
   */
  Svg(double width, double height, String described) {
    out.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\""
            .formatted(n(width), n(height), n(width), n(height)));
    out.append(" role=\"img\" aria-label=\"").append(Html.escaped(described)).append("\">\n");
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    return open("line", style, "x1", x1, "y1", y1, "x2", x2, "y2", y2).raw("/>\n");
  }

  Svg rectangle(String style, double x, double y, double width, double height) {
    return open("rect", style, "x", x, "y", y, "width", width, "height", height).raw("/>\n");
  }

  /** A filled one. */
  Svg rectangle(
      String style, double x, double y, double width, double height, double opacity, String title) {
    return open("rect", style, "x", x, "y", y, "width", width, "height", height)
        .raw(" fill-opacity=\"" + n(opacity) + "\">")
        .title(title)
        .raw("</rect>\n");
  }

  Svg circle(String style, double x, double y, double radius, String title) {
    return open("circle", style, "cx", x, "cy", y, "r", radius)
        .raw(">")
        .title(title)
        .raw("</circle>\n");
  }

  /** A line through places: x and y of each. */
  Svg path(String style, double[][] places) {
    open("polyline", style).raw(" points=\"");
    for (double[] place : places) {
      raw(n(place[0]) + "," + n(place[1]) + " ");
    }
    return raw("\"/>\n");
  }

  /** A text of our own, or one that is escaped already. */
  Svg text(String style, double x, double y, String escaped) {
    return open("text", style, "x", x, "y", y).raw(">" + escaped + "</text>\n");
  }

  /** One that is turned by degrees around its beginning. */
  Svg turned(String style, double x, double y, int degrees, String escaped) {
    return raw(
        "<text class=\"%s\" transform=\"translate(%s %s) rotate(%s)\">%s</text>\n"
            .formatted(style, n(x), n(y), degrees, escaped));
  }

  @Override
  public String toString() {
    return out + "</svg>";
  }

  private Svg title(String text) {
    return raw("<title>" + text + "</title>");
  }

  private Svg open(String tag, String style, Object... attributes) {
    out.append('<').append(tag).append(" class=\"").append(style).append('"');
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(n((double) attributes[i + 1])).append('"');
    }
    return this;
  }

  private Svg raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Two digits after the point are more than a screen shows. */
  private static String n(double value) {
    double rounded = Math.round(value * 100) / 100.0;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }

  /** About how wide a text is at a size of letters, in pixels. */
  static double width(String text, double size) {
    return text.codePoints().mapToDouble(c -> c < 0x2e80 ? 0.58 : 1.05).sum() * size;
  }
}
