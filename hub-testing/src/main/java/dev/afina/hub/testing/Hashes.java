package dev.afina.hub.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hashes by which git, LFS and the storage name content. */
final class Hashes {
  private Hashes() {}

  /** The name that git gives a file: SHA-1 of {@code blob <length>\0<content>}. */
  static String gitBlob(byte[] content) {
    return gitObject("blob", content);
  }

  static String gitObject(String type, byte[] content) {
    MessageDigest digest = digest("SHA-1");
    digest.update((type + " " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
    return hex(digest.digest(content));
  }

  static String sha256(byte[] content) {
    return hex(digest("SHA-256").digest(content));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is part of every Java platform", e);
    }
  }
}
