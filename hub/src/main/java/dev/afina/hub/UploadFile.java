package dev.afina.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * A file to upload, with the hash by which the Hub will identify it.
 *
 * @param path its path in the repository
 * @param file the local file
 * @param size its size in bytes
 * @param modified its modification time, to notice a change during the upload
 * @param large whether the Hub wants it in its storage for large files (LFS)
 * @param hash the SHA-256 of a large file, the git id of a small one
 */
record UploadFile(
    String path, Path file, long size, FileTime modified, boolean large, ContentHash hash) {

  /** Reads the whole file to compute its hash. */
  static UploadFile hashed(String path, Path file, boolean large) throws IOException {
    long size = Files.size(file);
    FileTime modified = Files.getLastModifiedTime(file);
    MessageDigest digest = new ContentHash("0".repeat(large ? 64 : 40)).digest(size);
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return new UploadFile(
        path, file, size, modified, large, new ContentHash(ContentHash.hex(digest)));
  }

  /** Fails if size or modification time show that the file has changed since it was hashed. */
  void requireUnchanged() throws IOException {
    if (Files.size(file) != size || !Files.getLastModifiedTime(file).equals(modified)) {
      throw new IOException(
          file + ": changed while it was uploaded, so nothing was committed; push again");
    }
  }
}
