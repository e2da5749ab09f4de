package dev.afina.spark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves to two ranks that both know the secret of the training: each answers the other's random
 * number with an HMAC of it. The secret itself is never sent.
 *
 * @param secret the secret of this training, at least 16 bytes
 */
record Handshake(Secret secret) {
  private static final int MAGIC = 0x4146_4E31; // AFN1
  private static final int NONCE = 16;
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Bytes that only the members of a training know. */
  static final class Secret {
    private final byte[] bytes;

    Secret(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    static byte[] draw() {
      byte[] bytes = new byte[32];
      RANDOM.nextBytes(bytes);
      return bytes;
    }
  }

  /** Runs the side that connects. */
  void ask(DataInputStream in, DataOutputStream out, int own, int other) throws IOException {
    byte[] mine = nonce();
    out.writeInt(MAGIC);
    out.writeInt(own);
    out.write(mine);
    out.flush();
    byte[] theirs = in.readNBytes(NONCE);
    require(in, "listens", mine, theirs, own, other);
    out.write(proof("connects", mine, theirs, own, other));
    out.flush();
    if (in.read() != 1) {
      throw new IOException("refused the connection");
    }
  }

  /**
   * Runs the side that accepts the connection.
   *
   * @return the rank of the other side
   * @throws IOException if the other side is not a member of this training
   */
  int answer(DataInputStream in, DataOutputStream out, int own) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("is no rank of a training");
    }
    int other = in.readInt();
    byte[] theirs = in.readNBytes(NONCE);
    byte[] mine = nonce();
    out.write(mine);
    out.write(proof("listens", theirs, mine, other, own));
    out.flush();
    require(in, "connects", theirs, mine, other, own);
    out.write(1);
    out.flush();
    return other;
  }

  private void require(
      DataInputStream in, String side, byte[] connecting, byte[] listening, int rank, int to)
      throws IOException {
    byte[] expected = proof(side, connecting, listening, rank, to);
    if (!MessageDigest.isEqual(in.readNBytes(expected.length), expected)) {
      throw new IOException("does not know the secret of this training");
    }
  }

  private byte[] proof(String side, byte[] connecting, byte[] listening, int rank, int to) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.bytes, ALGORITHM));
      mac.update(side.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      mac.update(connecting);
      mac.update(listening);
      return mac.doFinal(ByteBuffer.allocate(8).putInt(rank).putInt(to).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    return nonce;
  }
}
