package dev.afina.hub;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One file of a repository at one commit, as the Hub lists it. Immutable. */
public final class HubFile {
  private final String path;
  private final long size;
  private final String blobId;
  private final @Nullable String sha256;
  private final @Nullable String xetHash;

  HubFile(
      String path, long size, String blobId, @Nullable String sha256, @Nullable String xetHash) {
    this.path = Objects.requireNonNull(path, "path");
    this.blobId = Objects.requireNonNull(blobId, "blobId");
    if (size < 0) {
      throw new IllegalArgumentException(path + ": size " + size + ", expected 0 or more");
    }
    this.size = size;
    this.sha256 = sha256;
    this.xetHash = xetHash;
  }

  /**
   * The path in the repository, with {@code /}. It comes from the server and is not validated, so
   * do not use it as a file name as it is.
   */
  public String path() {
    return path;
  }

  /** The size in bytes. */
  public long size() {
    return size;
  }

  /** The git id of the file, or of its LFS pointer if there is a {@link #sha256()}. */
  public String blobId() {
    return blobId;
  }

  /** The SHA-256 of a large file (git LFS, Xet) in hexadecimal; null for a small one. */
  public @Nullable String sha256() {
    return sha256;
  }

  /** The Xet hash of a large file; null if the Hub does not give one. */
  public @Nullable String xetHash() {
    return xetHash;
  }

  /** The hash under which the cache keeps the content, the ETag of the file. */
  String etag() {
    return sha256 != null ? sha256 : blobId;
  }

  /** The path and the size. */
  @Override
  public String toString() {
    return path + " (" + size + " bytes)";
  }
}
