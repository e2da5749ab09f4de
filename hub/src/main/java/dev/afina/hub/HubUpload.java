package dev.afina.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a folder go into one commit, where to, and on what condition. Immutable.
 *
 * <pre>{@code
 * HubUpload upload =
 *     HubUpload.of(folder).message("Fine-tuned on banking77").deletePatterns("*.bin").build();
 * HubCommit commit = HubClient.fromEnvironment().push("owner/name").upload(upload);
 * }</pre>
 */
public final class HubUpload {
  /** The title of a commit that got none. */
  static final String DEFAULT_MESSAGE = "Upload folder using Afina";

  private final Path folder;
  private final String target;
  private final FileChoice choice;
  private final List<String> deletePatterns;
  private final String revision;
  private final boolean pullRequest;
  private final @Nullable String parentCommit;
  private final String message;
  private final String description;
  private final UploadListener listener;

  private HubUpload(Builder builder) {
    this.folder = builder.folder;
    this.target = builder.target;
    this.choice = builder.choice;
    this.deletePatterns = builder.deletePatterns;
    this.revision = builder.revision;
    this.pullRequest = builder.pullRequest;
    this.parentCommit = builder.parentCommit;
    this.message = builder.message;
    this.description = builder.description;
    this.listener = builder.listener;
  }

  /**
   * Starts an upload of a folder.
   *
   * @param folder the folder; all its files go, also those in folders below, but for {@code .git}
   *     and {@code .cache/huggingface}
   * @return the builder, with {@code main} as the branch and no condition
   */
  public static Builder of(Path folder) {
    return new Builder(folder);
  }

  Path folder() {
    return folder;
  }

  /** The folder in the repository with a slash behind it, or nothing. */
  String target() {
    return target;
  }

  FileChoice choice() {
    return choice;
  }

  List<String> deletePatterns() {
    return deletePatterns;
  }

  String revision() {
    return revision;
  }

  boolean pullRequest() {
    return pullRequest;
  }

  Optional<String> parentCommit() {
    return Optional.ofNullable(parentCommit);
  }

  String message() {
    return message;
  }

  String description() {
    return description;
  }

  UploadListener listener() {
    return listener;
  }

  /** Collects what an upload shall be. Not thread safe. */
  public static final class Builder {
    private final Path folder;
    private String target = "";
    private FileChoice choice = paths -> paths;
    private List<String> deletePatterns = List.of();
    private String revision = ModelReference.DEFAULT_REVISION;
    private boolean pullRequest;
    private @Nullable String parentCommit;
    private String message = DEFAULT_MESSAGE;
    private String description = "";
    private UploadListener listener = UploadListener.NONE;

    private Builder(Path folder) {
      this.folder = Objects.requireNonNull(folder, "folder");
    }

    /**
     * The folder of the repository that gets the files; default its root.
     *
     * @throws IllegalArgumentException when it is no relative path of plain parts
     */
    public Builder into(String path) {
      FileNames.problem(path)
          .ifPresent(
              problem -> {
                throw new IllegalArgumentException(
                    "into \"" + path + "\": " + problem + "; expected a path such as onnx");
              });
      this.target = path + "/";
      return this;
    }

    /** Which files go, by their path in the folder; default all. */
    public Builder files(FileChoice files) {
      this.choice = Objects.requireNonNull(files, "files");
      return this;
    }

    /**
     * Files of the repository that are deleted by the same commit, unless they are uploaded;
     * default none. {@code .gitattributes} is never deleted.
     *
     * @param patterns as {@link FileChoice#matching} reads them, from the folder given to {@link
     *     #into} on
     */
    public Builder deletePatterns(String... patterns) {
      this.deletePatterns = List.of(patterns);
      return this;
    }

    /**
     * The branch or pull request ({@code refs/pr/N}) to commit to; default {@code main}. It must
     * exist, see {@link HubPush#createBranch}.
     *
     * @throws IllegalArgumentException when git allows no such name, or it is a commit
     */
    public Builder revision(String name) {
      ModelReference reference = new ModelReference("name", name);
      if (reference.commit().isPresent()) {
        throw new IllegalArgumentException(
            "revision \"" + name + "\": a commit; expected a branch or refs/pr/N");
      }
      this.revision = name;
      return this;
    }

    /** Opens a pull request with the commit, instead of changing the branch; default no. */
    public Builder pullRequest() {
      this.pullRequest = true;
      return this;
    }

    /**
     * Commits only if the branch is still at this commit; default: whatever it is at.
     *
     * @param commit 40 hexadecimal digits
     * @throws IllegalArgumentException when it is not that
     */
    public Builder parentCommit(String commit) {
      if (!ModelReference.isCommit(commit)) {
        throw new IllegalArgumentException(
            "parentCommit \"" + commit + "\": expected 40 hexadecimal digits");
      }
      this.parentCommit = commit;
      return this;
    }

    /**
     * The title of the commit; default {@value HubUpload#DEFAULT_MESSAGE}.
     *
     * @throws IllegalArgumentException when it is blank or has several lines
     */
    public Builder message(String title) {
      if (title.isBlank() || title.lines().count() > 1) {
        throw new IllegalArgumentException(
            "message \"" + title + "\": expected one line; the rest belongs into description");
      }
      this.message = title;
      return this;
    }

    /** What the commit says below its title; default nothing. */
    public Builder description(String text) {
      this.description = Objects.requireNonNull(text, "text");
      return this;
    }

    /** Receives upload progress. Default: none. */
    public Builder listener(UploadListener hearer) {
      this.listener = Objects.requireNonNull(hearer, "hearer");
      return this;
    }

    /** Returns the upload. */
    public HubUpload build() {
      return new HubUpload(this);
    }
  }
}
