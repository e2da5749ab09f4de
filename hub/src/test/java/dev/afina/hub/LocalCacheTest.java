package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCacheTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path cache;

  @Test
  void snapshot_branch_followsItsCommit() throws IOException {
    Path expected = store("models--owner--name", "main", COMMIT);

    assertThat(LocalCache.in(cache).snapshot(ModelReference.parse("owner/name")))
        .contains(expected);
  }

  @Test
  void snapshot_nameWithoutOwner() throws IOException {
    Path expected = store("models--bert-base-uncased", "main", COMMIT + "\n");

    assertThat(LocalCache.in(cache).snapshot(ModelReference.parse("bert-base-uncased")))
        .contains(expected);
  }

  @Test
  void snapshot_pullRequest_isANestedReference() throws IOException {
    Path expected = store("models--a--b", "refs/pr/1", COMMIT);

    assertThat(LocalCache.in(cache).snapshot(ModelReference.parse("a/b@refs/pr/1")))
        .contains(expected);
    assertThat(LocalCache.in(cache).snapshot(ModelReference.parse("a/b@refs/pr"))).isEmpty();
  }

  @Test
  void snapshot_commit_needsNoReference() throws IOException {
    Path expected = Files.createDirectories(cache.resolve("models--a--b/snapshots/" + COMMIT));

    assertThat(LocalCache.in(cache).snapshot(ModelReference.parse("a/b@" + COMMIT)))
        .contains(expected);
  }

  @Test
  void snapshot_unknownModelRevisionOrMissingFolder_isEmpty() throws IOException {
    Path stored = store("models--a--b", "main", COMMIT);
    LocalCache local = LocalCache.in(cache);

    assertThat(local.snapshot(ModelReference.parse("a/c"))).isEmpty();
    assertThat(local.snapshot(ModelReference.parse("a/b@v2"))).isEmpty();
    Files.delete(stored);
    assertThat(local.snapshot(ModelReference.parse("a/b"))).isEmpty();
    assertThat(LocalCache.in(cache.resolve("none")).snapshot(ModelReference.parse("a/b")))
        .isEmpty();
  }

  @Test
  void snapshot_referenceThatIsNoCommit_isAnError() throws IOException {
    store("models--a--b", "main", COMMIT);
    Path reference = Files.writeString(cache.resolve("models--a--b/refs/main"), "../../../etc");

    assertThatThrownBy(() -> LocalCache.in(cache).snapshot(ModelReference.parse("a/b")))
        .isInstanceOf(IOException.class)
        .hasMessage(
            reference
                + ": holds \"../../../etc\", expected a commit of 40 hexadecimal digits; delete the file and download the model again");
  }

  @Test
  void of_followsThePythonClientsOrder() {
    assertFolder(
        "/c", Map.of("HF_HUB_CACHE", "/c", "HUGGINGFACE_HUB_CACHE", "/d", "HF_HOME", "/e"));
    assertFolder("/d", Map.of("HUGGINGFACE_HUB_CACHE", "/d", "HF_HOME", "/e"));
    assertFolder("/e/hub", Map.of("HF_HOME", "/e", "XDG_CACHE_HOME", "/x"));
    assertFolder("/x/huggingface/hub", Map.of("XDG_CACHE_HOME", "/x", "HOME", "/h"));
    assertFolder("/h/.cache/huggingface/hub", Map.of("HOME", "/h"));
    assertFolder(System.getProperty("user.home") + "/.cache/huggingface/hub", Map.of());
  }

  @Test
  void snapshot_referenceThatIsNotText_saysSo() throws IOException {
    Path reference = cache.resolve("models--a--b/refs/main");
    Files.createDirectories(reference.getParent());
    Files.write(reference, new byte[] {(byte) 0xc3, 0x28});
    ModelReference model = ModelReference.parse("a/b");

    assertThatThrownBy(() -> LocalCache.in(cache).snapshot(model))
        .isInstanceOf(IOException.class)
        .hasMessage(reference + ": not UTF-8, expected a short text file; delete it or mend it");

    Files.writeString(reference, "../../..\n\u202e" + "x".repeat(500));
    assertThatThrownBy(() -> LocalCache.in(cache).snapshot(model))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(reference + ": holds \"../../..\\n\\u202exxx")
        .hasMessageContaining(
            "x…\" (510 characters), expected a commit of 40 hexadecimal digits; delete the file");
  }

  @Test
  void of_expandsHomeAndVariables() {
    Map<String, String> base = Map.of("HOME", "/h", "DISK", "/big$1");

    assertFolder("/h/models/hub", with(base, "HF_HOME", "~/models"));
    assertFolder("/big$1/x/hub", with(base, "HF_HOME", "$DISK/x"));
    assertFolder("/big$1/x", with(base, "HF_HUB_CACHE", "${DISK}/x"));
    assertFolder("/$NONE/x", with(base, "HF_HUB_CACHE", "/$NONE/x"));
  }

  @Test
  void of_emptyVariable_countsAsUnset() {
    assertFolder(
        "/h/.cache/huggingface/hub", Map.of("HF_HUB_CACHE", "", "HF_HOME", "", "HOME", "/h"));
  }

  @Test
  void of_userWithoutHome_isToldWhatToSet() {
    String before = System.getProperty("user.home");
    System.setProperty("user.home", "?"); // what Java says of a number without a name
    try {
      assertThatThrownBy(() -> LocalCache.of(Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the Hub's folder ~/.cache/huggingface: this user has no home folder; set HF_HOME to a folder for what comes from the Hub");
      assertFolder("/c", Map.of("HF_HUB_CACHE", "/c"));
      assertThat(new HubEnvironment(Map.of("HF_HUB_CACHE", "/c")).token()).isEmpty();
    } finally {
      System.setProperty("user.home", before);
    }
  }

  @Test
  void of_folderThatCannotBeWritten_isToldWhatToSet() {
    // With the locale C a variable's é is an unknown character; NUL is none in any locale.
    EnvironmentPaths unknown = new EnvironmentPaths(Map.of("HOME", "/home/jos\0"), false);
    assertThatThrownBy(() -> LocalCache.of(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the Hub's folder /home/jos?/.cache/huggingface has a name that")
        .hasMessageEndingWith(
            "; set LC_ALL to a locale of UTF-8, or set HF_HOME to a folder for what comes from the Hub");
  }

  @Test
  void of_onWindows_homeIsTheProfile() {
    Map<String, String> base = Map.of("HOME", "/git", "USERPROFILE", "C:/Users/ann");

    assertOnWindows("C:/Users/ann/.cache/huggingface/hub", base);
    assertOnWindows("C:/Users/ann/models/hub", with(base, "HF_HOME", "~/models"));
    assertOnWindows("C:/Users/ann\\models/hub", with(base, "HF_HOME", "~\\models"));
    assertOnWindows(
        "H:/ann/.cache/huggingface/hub",
        Map.of("HOME", "/git", "HOMEDRIVE", "H:", "HOMEPATH", "/ann"));
    assertOnWindows(
        System.getProperty("user.home") + "/.cache/huggingface/hub", Map.of("HOME", "/git"));
  }

  @Test
  void of_onWindows_expandsItsVariables() {
    Map<String, String> base = Map.of("DISK", "D:/big$1", "USERPROFILE", "C:/Users/ann");

    assertOnWindows("D:/big$1/x/hub", with(base, "HF_HOME", "%Disk%/x"));
    assertOnWindows("D:/big$1/x", with(base, "HF_HUB_CACHE", "${DISK}/x"));
    assertOnWindows("%NONE%/x", with(base, "HF_HUB_CACHE", "%NONE%/x"));
    assertFolder("/%DISK%/x", with(base, "HF_HUB_CACHE", "/%DISK%/x"));
    assertFolder("~\\x", Map.of("HOME", "/h", "HF_HUB_CACHE", "~\\x"));
  }

  private static void assertFolder(String expected, Map<String, String> environment) {
    assertThat(LocalCache.of(new EnvironmentPaths(environment, false)).folder())
        .isEqualTo(Path.of(expected));
  }

  private static void assertOnWindows(String expected, Map<String, String> environment) {
    assertThat(LocalCache.of(new EnvironmentPaths(environment, true)).folder())
        .isEqualTo(Path.of(expected));
  }

  private static Map<String, String> with(Map<String, String> base, String name, String value) {
    Map<String, String> all = new HashMap<>(base);
    all.put(name, value);
    return all;
  }

  private Path store(String repository, String revision, String commit) throws IOException {
    Path reference = cache.resolve(repository).resolve("refs").resolve(revision);
    Files.createDirectories(reference.getParent());
    Files.writeString(reference, commit);
    return Files.createDirectories(
        cache.resolve(repository).resolve("snapshots").resolve(commit.strip()));
  }
}
