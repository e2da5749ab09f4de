package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;

/** A child process for {@link ChildTest}: it counts its rounds, or dies when told to. */
final class FakeWorker implements Worker.Tasks {
  private FakeWorker() {}

  public static void main(String... args) throws IOException {
    Worker.serve(new FakeWorker());
  }

  @Override
  public Task prepare(JsonObject request) {
    System.out.println("not an answer: what is printed goes to standard error");
    return new Task() {
      private int rounds;

      @Override
      public JsonObject gate(JsonObject gate) {
        return Json.object("echo", gate.get("steps"));
      }

      @Override
      public JsonObject round() {
        return Json.object("seconds", ++rounds);
      }
    };
  }

  @Override
  public JsonObject single(JsonObject request) throws IOException {
    switch (request.get("do").getAsString()) {
      case "die" -> {
        System.err.println("out of luck");
        System.exit(3);
      }
      default -> throw new IOException("no such work: naïve ✓");
    }
    return request;
  }
}
