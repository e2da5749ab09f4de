package dev.afina.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a model on the Hugging Face Hub together with the revision that is meant, such as
 * {@code distilbert/distilbert-base-uncased@main}.
 *
 * <p>A repository id is {@code name} or {@code owner/name}. Each part has 1 to 96 ASCII letters,
 * digits, {@code _}, {@code -} or {@code .}, and neither starts nor ends with {@code -} or {@code
 * .}; the id holds no {@code --} and no {@code ..} and does not end with {@code .git}. These are
 * the Hub's own rules, and they also keep an id from leaving the cache folder when it becomes a
 * path.
 *
 * @param repositoryId {@code name} or {@code owner/name}
 * @param revision a branch ({@code main}), a tag, a pull request ({@code refs/pr/1}) or a commit of
 *     40 hexadecimal digits
 */
public record ModelReference(String repositoryId, String revision) {
  /** The branch that is meant when a reference names no revision. */
  public static final String DEFAULT_REVISION = "main";

  private static final Pattern PART = Pattern.compile("\\w(?:[\\w.-]{0,94}\\w)?");

  /** The characters that git allows in no reference name, see {@code git help check-ref-format}. */
  private static final Pattern REVISION_PART = Pattern.compile("[^\\s\\p{Cntrl}~^:?*\\[\\\\]+");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Checks both names.
   *
   * @throws IllegalArgumentException when a name breaks the Hub's or git's rules
   */
  public ModelReference {
    requireRepositoryId(repositoryId);
    requireRevision(revision);
  }

  /**
   * Reads {@code owner/name}, {@code name}, or either with {@code @revision} behind it.
   *
   * @param text the reference; without a revision {@value #DEFAULT_REVISION} is meant
   * @return the reference
   * @throws IllegalArgumentException when the text is no such reference; the message says which
   *     rule it breaks
   */
  public static ModelReference parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new ModelReference(text, DEFAULT_REVISION)
        : new ModelReference(text.substring(0, at), text.substring(at + 1));
  }

  /**
   * Returns the commit when the revision is one.
   *
   * @return the revision, when it is 40 hexadecimal digits in lower case; empty for a branch or a
   *     tag, which may move
   */
  public Optional<String> commit() {
    return isCommit(revision) ? Optional.of(revision) : Optional.empty();
  }

  /** Returns the reference as {@link #parse} reads it, always with its revision. */
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
