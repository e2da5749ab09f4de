package dev.afina.hub;

import com.google.gson.JsonElement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A request body that can be read repeatedly, for retries. */
interface Payload {
  /** Opens the body at its start. The caller closes the stream. */
  InputStream open() throws IOException;

  /** The length of the body in bytes. */
  long bytes();

  static Payload of(JsonElement json) {
    return of(json.toString());
  }

  static Payload of(String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    return new Payload() {
      @Override
      public InputStream open() {
        return new ByteArrayInputStream(content);
      }

      @Override
      public long bytes() {
        return content.length;
      }
    };
  }

  /** All bytes of an open file, whatever its position. */
  static Payload of(FileChannel file) throws IOException {
    long size = file.size();
    return new Payload() {
      @Override
      public InputStream open() {
        return new InputStream() {
          private long at;

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] bytes, int start, int length) throws IOException {
            int count = file.read(ByteBuffer.wrap(bytes, start, length), at);
            at += Math.max(count, 0);
            return count;
          }
        };
      }

      @Override
      public long bytes() {
        return size;
      }
    };
  }

  /** Bytes {@code start} to {@code start + length - 1} of a file. */
  static Payload of(Path file, long start, long length) {
    return new Payload() {
      @Override
      public InputStream open() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
          channel.position(start);
        } catch (IOException e) {
          channel.close();
          throw e;
        }
        return Channels.newInputStream(channel);
      }

      @Override
      public long bytes() {
        return length;
      }
    };
  }
}
