package dev.afina.report;

import dev.afina.explain.Explanation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An HTML page that shows texts with the words highlighted that contributed to an output:
 *
 * <pre>{@code
 * List<Explanation> wrong = mistakes.stream().map(classifier::explain).toList();
 * ExplanationPage.of("What it gets wrong", wrong).writeTo(Path.of("explanations.html"));
 * }</pre>
 *
 * <p>The page is self-contained: no scripts, no external resources. It supports light and dark mode
 * and printing; positive and negative contributions differ in colour, underline and sign. It
 * contains the first 4,000 characters of each text, so check it for private data before you share
 * it. Immutable.
 */
public final class ExplanationPage {
  /** More would be slow in browsers, and nobody would read them. */
  static final int MOST = 1_000;

  private final String title;
  private final List<Explanation> explanations;

  private ExplanationPage(String title, List<Explanation> explanations) {
    this.title = title;
    this.explanations = explanations;
  }

  /**
   * A page of explanations, in their order.
   *
   * @param title the heading of the page
   * @param explanations 1 to 1,000
   * @throws IllegalArgumentException if there are none, or more than 1,000
   */
  public static ExplanationPage of(String title, List<Explanation> explanations) {
    if (explanations.isEmpty() || explanations.size() > MOST) {
      throw new IllegalArgumentException(
          "explanations: expected 1 to %s, got %s".formatted(MOST, explanations.size()));
    }
    return new ExplanationPage(Objects.requireNonNull(title, "title"), List.copyOf(explanations));
  }

  /**
   * Writes the page, replacing an existing file.
   *
   * @param file the file to write; its folder is created if it does not exist
   * @throws IOException if it cannot be written; an existing file is then unchanged
   */
  public void writeTo(Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    Path folder = whole.getParent();
    Path name = whole.getFileName();
    if (folder == null || name == null) {
      throw new IOException(file + ": is no file; expected a name such as explanations.html");
    }
    ReportFiles.write(folder, Map.of(name.toString(), html()));
  }

  /** The page as HTML text. */
  public String html() {
    Html html = new Html().raw(PageHead.html(title));
    html.raw("<body>\n<header>\n").name("h1", title).raw("\n</header>\n<main>\n");
    html.raw(ExplanationSection.KEY);
    explanations.forEach(explanation -> html.raw(ExplanationSection.html(explanation)));
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }
}
