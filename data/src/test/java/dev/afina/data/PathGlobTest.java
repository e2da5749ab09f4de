package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PathGlobTest {

  /** The same by a regular expression, without sets. */
  private static Pattern regex(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      if (glob.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (glob.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else {
        switch (glob.charAt(i)) {
          case '*' -> regex.append("[^/]*");
          case '?' -> regex.append("[^/]");
          default -> regex.append(Pattern.quote(glob.substring(i, i + 1)));
        }
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  @Test
  void matches_asARegularExpression() {
    Random random = new Random(5);
    int matches = 0;
    for (int i = 0; i < 20_000; i++) {
      String glob = random(random, "ab/**?");
      String path = random(random, "ab/");
      boolean expected = regex(glob).matcher(path).matches();
      assertThat(new PathGlob(glob).matches(path)).as("%s of %s", path, glob).isEqualTo(expected);
      matches += expected ? 1 : 0;
    }
    assertThat(matches).isGreaterThan(500);
  }

  private static String random(Random random, String characters) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  @Test
  void sets() {
    assertThat(matching("x[a-c]", "xa", "xc", "xd", "x-")).isEqualTo("xa xc ");
    assertThat(matching("x[!a-c]", "xa", "xd", "x/")).isEqualTo("xd ");
    assertThat(matching("[-a]", "-", "a", "b")).isEqualTo("- a ");
    assertThat(matching("[a-]", "-", "a", "b")).isEqualTo("- a ");
    assertThat(matching("[]a]", "]", "a")).isEqualTo("] a ");
    assertThat(matching("[z-a]", "z", "a", "-")).as("no range").isEmpty();
    assertThat(matching("[\\d&&[^]", "d", "&", "[", "^", "\\", "1")).isEqualTo("d & [ ^ \\ ");
    assertThat(matching("a[", "a[")).isEqualTo("a[ ");
  }

  private static String matching(String glob, String... paths) {
    StringBuilder found = new StringBuilder();
    for (String path : paths) {
      found.append(new PathGlob(glob).matches(path) ? path + " " : "");
    }
    return found.toString();
  }

  /** Of a repository that wants to keep its reader busy. */
  @Test
  void manyStars_takeNoTime() {
    String path = "a".repeat(900);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), // a regular expression would take years
        () -> {
          assertThat(new PathGlob("*a".repeat(400) + "b").matches(path)).isFalse();
          assertThat(new PathGlob("**/a*".repeat(190) + "b").matches(path)).isFalse();
        });
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PathGlob("*a".repeat(501)))
        .withMessageContaining(" is longer than 1000 characters");
  }
}
