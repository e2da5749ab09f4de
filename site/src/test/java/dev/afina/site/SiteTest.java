package dev.afina.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteTest {
  @TempDir Path folder;

  @Test
  void pagesOfThisRepository_linkToEachOther() throws IOException {
    List<String> pages = Site.write(Path.of(".."), folder);
    assertThat(pages).contains("index.html", "training.html", "troubleshooting.html");
    String training = Files.readString(folder.resolve("training.html"));
    assertThat(training)
        .contains("<a href=\"training.html\" aria-current=\"page\">Training</a>")
        .contains("<a href=\"apidocs/index.html\">Javadoc</a>")
        .contains("<pre><code class=\"language-java\">")
        .contains("<h2 id=\"lora\">LoRA</h2>");
    assertThat(folder.resolve("style.css")).isNotEmptyFile();
  }

  @Test
  void links_areTurned_andThoseToNowhereNamed() throws IOException {
    Path docs = Files.createDirectories(folder.resolve("repository").resolve("docs").resolve("es"));
    Path repository = folder.resolve("repository");
    Files.writeString(repository.resolve("README.md"), "[a](docs/es/a.md#dos-tres) [l](LICENSE)");
    Files.writeString(repository.resolve("LICENSE"), "free");
    Files.writeString(docs.resolve("a.md"), "# Uno\n\n## Dos, tres\n\n[back](../../README.md)\n");
    Path site = folder.resolve("site");
    assertThat(Site.write(repository, site)).containsExactly("index.html", "es/a.html");
    assertThat(Files.readString(site.resolve("index.html")))
        .contains("<a href=\"es/a.html#dos-tres\">a</a>")
        .contains("<a href=\"https://github.com/dev-afina/afina/blob/main/LICENSE\">l</a>");
    assertThat(Files.readString(site.resolve("es").resolve("a.html")))
        .contains("<html lang=\"es\">", "<a href=\"../index.html\">back</a>", "\"../style.css\"");

    Files.writeString(repository.resolve("README.md"), "[a](docs/es/a.md#quatro)");
    assertThatThrownBy(() -> Site.write(repository, site))
        .isInstanceOf(IOException.class)
        .hasMessage("links that lead nowhere: [index.html: es/a.html#quatro]");
    Files.writeString(repository.resolve("README.md"), "[a](docs/b.md)");
    assertThatThrownBy(() -> Site.write(repository, site))
        .isInstanceOf(IOException.class)
        .hasMessage("README.md: these links lead nowhere: [docs/b.md]");
  }
}
