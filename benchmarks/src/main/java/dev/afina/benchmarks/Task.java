package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;

/** Work that a child process was made ready for. */
interface Task extends AutoCloseable {
  /** What is compared with the other side. */
  JsonObject gate(JsonObject request) throws IOException;

  /** The work once, with the seconds that it took. */
  JsonObject round() throws IOException;

  /** What the preparation has to tell. */
  default JsonObject description() {
    return new JsonObject();
  }

  @Override
  default void close() {}
}
