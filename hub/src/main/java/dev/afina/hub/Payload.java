package dev.afina.hub;

import com.google.gson.JsonElement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A request body that can be read again from its start, as a retry needs it. */
interface Payload {
  /** Opens the body at its first byte; the caller closes it. */
  InputStream open() throws IOException;

  /** The number of bytes that {@link #open} gives. */
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
