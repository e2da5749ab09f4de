package dev.afina.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a model on the Hugging Face Hub with a revision, such as {@code
 * distilbert/distilbert-base-uncased@main}. Immutable and thread safe.
 *
 * <p>A repository id is {@code name} or {@code owner/name}. Each part has 1 to 96 ASCII letters,
 * digits, {@code _}, {@code -} or {@code .}, and neither starts nor ends with {@code -} or {@code
 * .}. The id does not contain {@code --} or {@code ..}, and does not end with {@code .git}. These
 * are the Hub's own rules; they also ensure that an id used as a path stays inside the cache
 * folder.
 *
 * @param repositoryId {@code name} or {@code owner/name}
 * @param revision a branch ({@code main}), a tag, a pull request ({@code refs/pr/1}) or a commit of
 *     40 hexadecimal digits
 */
public record ModelReference(String repositoryId, String revision) {
  /** The branch to use if a reference names no revision. */
  public static final String DEFAULT_REVISION = "main";

  private static final Pattern PART = Pattern.compile("\\w(?:[\\w.-]{0,94}\\w)?");

  /** A part without the characters that git forbids, see {@code git help check-ref-format}. */
  private static final Pattern REVISION_PART = Pattern.compile("[^\\s\\p{Cntrl}~^:?*\\[\\\\]+");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Checks id and revision.
   *
   * @throws IllegalArgumentException if one of them violates the rules of the Hub or of git
   */
  public ModelReference {
    requireRepositoryId(repositoryId);
    requireRevision(revision);
  }

  /**
   * Parses {@code owner/name} or {@code name}, optionally followed by {@code @revision}.
   *
   * @param text the reference; the default revision is {@value #DEFAULT_REVISION}
   * @return the reference
   * @throws IllegalArgumentException if the text is not a valid reference; the message says which
   *     rule it violates
   */
  public static ModelReference parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new ModelReference(text, DEFAULT_REVISION)
        : new ModelReference(text.substring(0, at), text.substring(at + 1));
  }

  /**
   * Returns the revision if it is a commit.
   *
   * @return 40 hexadecimal digits in lower case; empty for a branch or tag, which may move
   */
  public Optional<String> commit() {
    return isCommit(revision) ? Optional.of(revision) : Optional.empty();
  }

  /** Returns {@code id@revision}, which {@link #parse} reads. */
  @Override
  public String toString() {
    return repositoryId + "@" + revision;
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  private static void requireRepositoryId(String id) {
    String[] parts = id.split("/", -1);
    if (parts.length > 2) {
      throw invalid(id, "it has " + parts.length + " parts");
    }
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        throw invalid(
            id,
            "\""
                + part
                + "\" is not 1 to 96 of the characters A-Z a-z 0-9 _ - . with neither - nor . at its ends");
      }
    }
    if (id.contains("--") || id.contains("..")) {
      throw invalid(id, "-- and .. are not allowed in it");
    }
    if (id.endsWith(".git")) {
      throw invalid(id, "it ends with .git");
    }
  }

  private static void requireRevision(String revision) {
    boolean legal = !revision.contains("..") && !revision.contains("@{");
    for (String part : revision.split("/", -1)) {
      legal &=
          REVISION_PART.matcher(part).matches() && !part.startsWith(".") && !part.endsWith(".lock");
    }
    if (!legal || FileNames.problem(revision).isPresent()) {
      throw new IllegalArgumentException(
          "revision \""
              + revision
              + "\": not a name that git allows; expected a branch, a tag, refs/pr/N or a commit");
    }
  }

  private static IllegalArgumentException invalid(String id, String why) {
    return new IllegalArgumentException(
        "Hub model \""
            + id
            + "\": "
            + why
            + "; expected name or owner/name, with @revision behind it for another revision than main");
  }
}
