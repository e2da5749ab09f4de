package dev.afina.site;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Writes README and the guides as pages with a navigation: {@code Site REPOSITORY FOLDER}. A link
 * that leads nowhere ends it. The Javadoc is put beside them, in {@code apidocs}, by Maven.
 */
public final class Site {
  private static final String BROWSE = "https://github.com/dev-afina/afina/blob/main/";
  private static final String API = "apidocs/";

  private final Path repository;
  private final Path site;
  private final Contents contents;
  private final Parser parser;
  private final HtmlRenderer renderer;

  private Site(Path repository, Path site) throws IOException {
    this.repository = repository.toAbsolutePath().normalize();
    this.site = site.toAbsolutePath().normalize();
    this.contents = Contents.of(this.repository);
    List<Extension> extensions = List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    this.parser = Parser.builder().extensions(extensions).build();
    this.renderer = HtmlRenderer.builder().extensions(extensions).build();
  }

  /**
   * Writes the pages.
   *
   * @param arguments the folder of the repository, and that of the pages
   * @throws IOException when a file cannot be read or written, or a link leads nowhere
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("expected REPOSITORY FOLDER, got " + arguments.length);
    }
    write(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  /** Writes the pages; returns their files, relative to the folder. */
  static List<String> write(Path repository, Path site) throws IOException {
    return new Site(repository, site).write();
  }

  private List<String> write() throws IOException {
    Links links = new Links(repository, contents, BROWSE);
    List<String> written = new ArrayList<>();
    for (Contents.Entry entry : contents.entries()) {
      Node document = parser.parse(Files.readString(repository.resolve(entry.source())));
      links.turn(document, entry.source());
      Path page = site.resolve(entry.page());
      Path folder = page.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(page, page(entry, renderer.render(document)));
      written.add(entry.page());
    }
    copyStyle();
    Links.check(site, written, API);
    return written;
  }

  private String page(Contents.Entry entry, String body) {
    String up = Links.up(entry.page());
    return """
    <!DOCTYPE html>
    <html lang="%s">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s - Afina</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="%sstyle.css">
    </head>
    <body>
    <a class="skip" href="#text">To the text</a>
    <nav aria-label="Pages">
    %s</nav>
    <main id="text">
    %s</main>
    </body>
    </html>
    """
        .formatted(
            entry.source().startsWith("docs/es/") ? "es" : "en",
            entry.title(),
            up,
            navigation(entry, up),
            body.replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
                .replace("</table>", "</table></div>"));
  }

  private String navigation(Contents.Entry here, String up) {
    StringBuilder html = new StringBuilder();
    for (Contents.Section section : contents.sections()) {
      html.append("<h2>").append(section.title()).append("</h2>\n<ul>\n");
      for (Contents.Entry entry : section.entries()) {
        html.append("<li><a href=\"").append(up).append(entry.page()).append('"');
        html.append(entry.equals(here) ? " aria-current=\"page\">" : ">");
        html.append(entry.title()).append("</a></li>\n");
      }
      html.append("</ul>\n");
    }
    html.append("<h2>Reference</h2>\n<ul>\n<li><a href=\"").append(up).append(API);
    return html.append("index.html\">Javadoc</a></li>\n</ul>\n").toString();
  }

  private void copyStyle() throws IOException {
    try (InputStream style = Site.class.getResourceAsStream("/style.css")) {
      if (style == null) {
        throw new FileNotFoundException("style.css: not in the jar of the site");
      }
      Files.copy(style, site.resolve("style.css"), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
