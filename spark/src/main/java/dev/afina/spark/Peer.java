package dev.afina.spark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** The connection to another rank. One thread reads, one writes. */
final class Peer implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /** The number of values in one piece of a message. */
  static final int PIECE = 1 << 16;

  private final Member own;
  private final Member member;
  private final Duration timeout;
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final byte[] received = new byte[PIECE * Float.BYTES];
  private final byte[] sent = new byte[PIECE * Float.BYTES];

  Peer(Member own, Member member, Duration timeout, Socket socket) throws IOException {
    this.own = own;
    this.member = member;
    this.timeout = timeout;
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
  }

  /**
   * The step of the exchange that a message belongs to, and its length; both ranks must agree on
   * them.
   */
  record Header(byte kind, long number, long size) {}

  void sendHeader(Header header) throws IOException {
    try {
      out.writeByte(header.kind);
      out.writeLong(header.number);
      out.writeLong(header.size);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /**
   * Reads a header.
   *
   * @throws IOException if the other rank is at another step
   */
  Header receiveHeader(byte kind, long number) throws IOException {
    try {
      Header header = new Header(in.readByte(), in.readLong(), in.readLong());
      if (header.kind != kind || header.number != number) {
        throw new IOException(
            "it is at exchange %s of kind %s, this rank at %s of kind %s; the ranks have taken different ways"
                .formatted(header.number, header.kind, number, kind));
      }
      return header;
    } catch (IOException e) {
      throw lost(e);
    }
  }

  void send(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  byte[] receive(int size) throws IOException {
    try {
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < size) {
        throw new EOFException();
      }
      return bytes;
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Sends the first numbers of an array. */
  void send(float[] values, int count) throws IOException {
    ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, 0, count);
    try {
      out.write(sent, 0, count * Float.BYTES);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Fills the beginning of an array. */
  void receive(float[] values, int count) throws IOException {
    try {
      in.readFully(received, 0, count * Float.BYTES);
    } catch (IOException e) {
      throw lost(e);
    }
    ByteBuffer.wrap(received).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, 0, count);
  }

  /** An exception that names the lost rank and its host. */
  IOException lost(Throwable cause) {
    String why =
        cause instanceof EOFException
            ? "it has ended"
            : cause instanceof SocketTimeoutException
                ? "no answer for " + timeout.toSeconds() + " s; it hangs, or needs a longer timeout"
                : String.valueOf(cause.getMessage());
    return new LostRankException(
        "%s: lost %s: %s".formatted(own, member, why),
        cause,
        cause instanceof SocketTimeoutException);
  }

  /** Closes the connection, which the other side notices at once. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is gone
    }
  }
}
