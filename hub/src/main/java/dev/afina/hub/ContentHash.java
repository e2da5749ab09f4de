package dev.afina.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hash by which the Hub identifies a file, its ETag: the SHA-256 of a large file (64 digits),
 * or the git id of a small one (40 digits), which is the SHA-1 of {@code "blob " + size + "\0"} and
 * the content.
 *
 * @param value the hash in lower-case hexadecimal
 */
record ContentHash(String value) {
  private static final Pattern LEGAL = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /**
   * The hash in an ETag, quoted or not; empty if it is not a hash, so that nothing can be verified.
   */
  static Optional<ContentHash> ofEtag(String etag) {
    String bare = etag.strip();
    bare = bare.startsWith("W/") ? bare.substring(2) : bare;
    bare = bare.replace("\"", "");
    return LEGAL.matcher(bare).matches() ? Optional.of(new ContentHash(bare)) : Optional.empty();
  }

  String algorithm() {
    return value.length() == 64 ? "SHA-256" : "git SHA-1";
  }

  /** Starts the computation for content of {@code size} bytes. */
  MessageDigest digest(long size) {
    if (value.length() == 64) {
      return digest("SHA-256");
    }
    MessageDigest sha1 = digest("SHA-1");
    sha1.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    return sha1;
  }

  /** Finishes a computation. */
  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
