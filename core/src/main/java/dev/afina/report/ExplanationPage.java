package dev.afina.report;

import dev.afina.explain.Explanation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Texts with the words marked that carried an output, to look at:
 *
 * <pre>{@code
 * List<Explanation> wrong = mistakes.stream().map(classifier::explain).toList();
 * ExplanationPage.of("What it gets wrong", wrong).writeTo(Path.of("explanations.html"));
 * }</pre>
 *
 * <p>The page has no scripts, loads nothing, follows the reader's choice of light or dark and can
 * be printed. What counts for and against an output differs by colour, line and sign. It has the
 * first 4,000 characters of each text: look at it before you pass it on. Immutable.
 */
public final class ExplanationPage {
  /** More makes a page that nobody reads and browsers are slow with. */
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
   * @param title what stands above them
   * @throws IllegalArgumentException for none or more than 1,000
   */
  public static ExplanationPage of(String title, List<Explanation> explanations) {
    if (explanations.isEmpty() || explanations.size() > MOST) {
      throw new IllegalArgumentException(
          "explanations: expected 1 to %s, got %s".formatted(MOST, explanations.size()));
    }
    return new ExplanationPage(Objects.requireNonNull(title, "title"), List.copyOf(explanations));
  }

  /**
   * Writes the page, or replaces the file that is there.
   *
   * @param file its folder is made where it is missing
   * @throws IOException when it cannot be written; a file of before is then as it was
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

  /** The page as text. */
  public String html() {
    Html html = new Html().raw(PageHead.html(title));
    html.raw("<body>\n<header>\n").name("h1", title).raw("\n</header>\n<main>\n");
    html.raw(ExplanationSection.KEY);
    explanations.forEach(explanation -> html.raw(ExplanationSection.html(explanation)));
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }
}
