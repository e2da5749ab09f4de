package dev.afina.hub;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file of a repository at one commit, as the Hub lists it.
 *
 * @param path where it lies in the repository, with {@code /}; from the server and unchecked, so
 *     don't make a path of it
 * @param size its bytes
 * @param blobId the git id: of the file itself, or of the pointer to it when {@code sha256} is
 *     there
 * @param sha256 the SHA-256 of a large file (git LFS, Xet) in hexadecimal; null for a small one
 * @param xetHash the Xet hash of a large file where the Hub gives one; else null
 */
public record HubFile(
    String path, long size, String blobId, @Nullable String sha256, @Nullable String xetHash) {
  /**
   * Checks that there is a path and a size.
   *
   * @throws IllegalArgumentException when the size is negative
   */
  public HubFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(blobId, "blobId");
    if (size < 0) {
      throw new IllegalArgumentException(path + ": size " + size + ", expected 0 or more");
    }
  }

  /** The hash under which the cache keeps the content, the ETag of the file. */
  String etag() {
    return sha256 != null ? sha256 : blobId;
  }
}
