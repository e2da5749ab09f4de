package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @ParameterizedTest
  @CsvSource({
    "bert-base-uncased, bert-base-uncased, main",
    "google-bert/bert-base_uncased.v1, google-bert/bert-base_uncased.v1, main",
    "a/b@v1.0, a/b, v1.0",
    "a/b@refs/pr/1, a/b, refs/pr/1",
    "a@" + COMMIT + ", a, " + COMMIT,
    "_a/b_, _a/b_, main",
  })
  void parse_legalReferences(String text, String repository, String revision) {
    ModelReference reference = ModelReference.parse(text);

    assertThat(reference.repositoryId()).isEqualTo(repository);
    assertThat(reference.revision()).isEqualTo(revision);
    assertThat(reference).hasToString(repository + "@" + revision);
    assertThat(ModelReference.parse(reference.toString())).isEqualTo(reference);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b/c, it has 3 parts",
    "'', '\"\" is not 1 to 96'",
    "/b, '\"\" is not 1 to 96'",
    "a/, '\"\" is not 1 to 96'",
    "-a/b, '\"-a\" is not 1 to 96'",
    "a/b., '\"b.\" is not 1 to 96'",
    "../b, '\"..\" is not 1 to 96'",
    "a/b c, '\"b c\" is not 1 to 96'",
    "caf\u00e9, '\"caf\u00e9\" is not 1 to 96'",
    "a--b, -- and .. are not allowed in it",
    "a/b..c, -- and .. are not allowed in it",
    "a/b.git, it ends with .git",
  })
  void parse_illegalRepository_saysWhichRule(String text, String reason) {
    assertThatThrownBy(() -> ModelReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Hub model \"" + text + "\": " + reason)
        .hasMessageEndingWith(
            "expected name or owner/name, with @revision behind it for another revision than main");
  }

  @Test
  void parse_partOf97Characters_isRefused() {
    assertThat(ModelReference.parse("a".repeat(96) + "/" + "b".repeat(96)).revision())
        .isEqualTo("main");
    assertThatThrownBy(() -> ModelReference.parse("a/" + "b".repeat(97)))
        .hasMessageContaining("is not 1 to 96");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/x",
        "x/",
        "a//b",
        "../../etc",
        "a..b",
        ".hidden",
        "a b",
        "a\\b",
        "a:b",
        "a\u0000b",
        "main.lock",
        "a@{0}"
      })
  void parse_revisionThatGitForbids_isRefused(String revision) {
    assertThatThrownBy(() -> ModelReference.parse("a/b@" + revision))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "revision \""
                + revision
                + "\": not a name that git allows; expected a branch, a tag, refs/pr/N or a commit");
  }

  @Test
  void commit_onlyForFullLowerCaseHash() {
    assertThat(new ModelReference("a", COMMIT).commit()).contains(COMMIT);
    assertThat(new ModelReference("a", COMMIT.substring(1)).commit()).isEmpty();
    assertThat(new ModelReference("a", "main").commit()).isEmpty();
  }
}
