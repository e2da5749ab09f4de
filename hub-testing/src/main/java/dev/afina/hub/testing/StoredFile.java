package dev.afina.hub.testing;

import java.nio.charset.StandardCharsets;

/** One file of a commit. */
sealed interface StoredFile {
  /** The name that git gives what is in the repository: the content, or the pointer of LFS. */
  String blobId();

  /** The length of the content. */
  long size();

  /** A file that is in git itself. */
  final class Regular implements StoredFile {
    private final byte[] content;
    private final String blobId;

    Regular(byte[] content) {
      this.content = content.clone();
      this.blobId = Hashes.gitBlob(content);
    }

    /** The content itself, not to be changed. */
    byte[] content() {
      return content;
    }

    @Override
    public String blobId() {
      return blobId;
    }

    @Override
    public long size() {
      return content.length;
    }
  }

  /** A file that is in the storage of large files. */
  record Large(String sha256, long size) implements StoredFile {
    byte[] pointer() {
      return ("version https://git-lfs.github.com/spec/v1\noid sha256:"
              + sha256
              + "\nsize "
              + size
              + "\n")
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String blobId() {
      return Hashes.gitBlob(pointer());
    }
  }

  /** What the Hub calls the file's ETag, by which clients name it in their cache. */
  default String etag() {
    return this instanceof Large large ? large.sha256() : blobId();
  }
}
