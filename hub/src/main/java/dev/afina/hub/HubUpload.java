package dev.afina.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The description of an upload: which files of a folder go into one commit, where they go, and on
 * which condition. Immutable and thread safe.
 *
 * <pre>{@code
 * HubUpload upload =
 *     HubUpload.of(folder).message("Fine-tuned on banking77").deletePatterns("*.bin").build();
 * HubCommit commit = HubClient.fromEnvironment().push("owner/name").upload(upload);
 * }</pre>
 */
public final class HubUpload {
  /** The default title of the commit. */
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
   * Describes the upload of a folder to the branch {@code main}.
   *
   * @param folder all files in it and its subfolders are uploaded, except those in {@code .git} and
   *     {@code .cache/huggingface}; may be a link to a folder
   */
  public static Builder of(Path folder) {
    return new Builder(folder);
  }

  Path folder() {
    return folder;
  }

  /** The target folder in the repository followed by a slash, or an empty string. */
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

  /** Builds a {@link HubUpload}. Not thread safe. */
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
     * The target folder in the repository. Default: its root.
     *
     * @throws IllegalArgumentException if it is not a plain relative path
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

    /** Chooses the files to upload, by their paths in the folder. Default: all. */
    public Builder files(FileChoice files) {
      this.choice = Objects.requireNonNull(files, "files");
      return this;
    }

    /**
     * Files of the repository to delete in the same commit, unless they are uploaded. {@code
     * .gitattributes} is never deleted, and nothing is if no file is uploaded: that push is
     * refused. Default: none.
     *
     * @param patterns patterns as for {@link FileChoice#matching}, relative to the folder given to
     *     {@link #into}
     */
    public Builder deletePatterns(String... patterns) {
      this.deletePatterns = List.of(patterns);
      return this;
    }

    /**
     * The branch or pull request ({@code refs/pr/N}) to commit to, which must exist; see {@link
     * HubPush#createBranch}. Default: {@code main}.
     *
     * @throws IllegalArgumentException if git does not allow the name, or it is a commit
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

    /** Opens a pull request with the commit instead of changing the branch. Default: no. */
    public Builder pullRequest() {
      this.pullRequest = true;
      return this;
    }

    /**
     * Commits only if the branch is still at this commit. Default: no condition.
     *
     * @param commit 40 hexadecimal digits
     * @throws IllegalArgumentException if it is not 40 hexadecimal digits
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
     * The title of the commit. Default: "{@value HubUpload#DEFAULT_MESSAGE}".
     *
     * @throws IllegalArgumentException if it is blank or has several lines
     */
    public Builder message(String title) {
      if (title.isBlank() || title.lines().count() > 1) {
        throw new IllegalArgumentException(
            "message \"" + title + "\": expected one line; the rest belongs into description");
      }
      this.message = title;
      return this;
    }

    /** The text of the commit below its title. Default: empty. */
    public Builder description(String text) {
      this.description = Objects.requireNonNull(text, "text");
      return this;
    }

    /** Receives upload progress. Default: none. */
    public Builder listener(UploadListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Returns the upload. */
    public HubUpload build() {
      return new HubUpload(this);
    }
  }
}
