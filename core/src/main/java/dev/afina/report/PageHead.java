package dev.afina.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The beginning of a page that loads nothing and runs nothing, up to its body. */
final class PageHead {
  private static final String STYLE = style();

  private PageHead() {}

  static String html(String title) {
    Html html = new Html();
    // Even if a text became markup, the browser would load and run nothing.
    html.raw(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        """);
    html.raw("<title>").raw(Html.visible(title, Html.LONGEST_NAME)).raw("</title>\n<style>\n");
    html.raw(STYLE).raw("</style>\n</head>\n");
    return html.toString();
  }

  private static String style() {
    try (InputStream in = PageHead.class.getResourceAsStream("report.css")) {
      return new String(
          Objects.requireNonNull(in, "report.css").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
