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
 * A file on its way to the Hub, with the hash by which the Hub will know it.
 *
 * @param path its path in the repository
 * @param file where it lies here
 * @param size its bytes
 * @param modified when it was last changed, to notice a change during the upload
 * @param large whether the Hub wants it in its storage of large files (LFS)
 * @param hash the SHA-256 of a large file, the git id of a small one
 */
record UploadFile(
    String path, Path file, long size, FileTime modified, boolean large, ContentHash hash) {

  /** Reads the whole file for its hash. */
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

  /** Fails when the file is no longer what was hashed, as far as size and time tell. */
  void requireUnchanged() throws IOException {
    if (Files.size(file) != size || !Files.getLastModifiedTime(file).equals(modified)) {
      throw new IOException(
          file + ": changed while it was uploaded, so nothing was committed; push again");
    }
  }
}
