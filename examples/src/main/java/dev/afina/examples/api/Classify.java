package dev.afina.examples.api;

import com.google.gson.Gson;
import dev.afina.DeadlineExceededException;
import dev.afina.OverloadedException;
import dev.afina.Prediction;
import dev.afina.Predictor;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /classify}. A single text is refused by the model itself when too much waits; lists,
 * which the model never refuses, are counted here.
 */
final class Classify {
  /** The seconds after which a refused caller may try again. */
  private static final Map<String, String> LATER = Map.of("Retry-After", "1");

  /** How many times the longest body is read of one that is too long, so that the caller hears. */
  private static final long UNREAD = 8;

  private final Predictor<Prediction> model;
  private final ApiLimits limits;
  private final Semaphore lists;
  private final Gson gson = new Gson();

  Classify(Predictor<Prediction> model, ApiLimits limits) {
    this.model = model;
    this.limits = limits;
    this.lists = new Semaphore(limits.lists());
  }

  void answer(Context request) throws IOException {
    requireJson(request.contentType(), request.header("Content-Encoding"));
    ClassifyRequest asked = ClassifyRequest.read(body(request), limits);
    request.contentType("application/json").result(gson.toJson(answer(asked)));
  }

  private Map<String, Object> answer(ClassifyRequest asked) {
    try {
      return asked.isList() ? list(asked.texts()) : model.predict(asked.texts().get(0)).asMap();
    } catch (OverloadedException e) {
      throw busy();
    } catch (DeadlineExceededException e) {
      throw new Problem(
          504,
          "no answer within "
              + e.deadline().toMillis()
              + " ms, the time that a request has; send less at once, or try again later");
    }
  }

  private Map<String, Object> list(List<String> texts) {
    if (!lists.tryAcquire()) {
      throw busy();
    }
    try {
      return Map.of("predictions", model.predict(texts).stream().map(Prediction::asMap).toList());
    } finally {
      lists.release();
    }
  }

  private static Problem busy() {
    return new Problem(503, "too much is waiting; try again in a second", LATER);
  }

  private static void requireJson(@Nullable String type, @Nullable String encoding) {
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json")) {
      throw new Problem(415, "Content-Type: expected application/json");
    }
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new Problem(415, "Content-Encoding: expected none");
    }
  }

  /**
   * The body, if it is not too long; what is too long is read a while, so that the caller hears.
   */
  private byte[] body(Context request) throws IOException {
    InputStream in = request.req().getInputStream();
    byte[] body = in.readNBytes(limits.bodyBytes() + 1);
    if (body.length > limits.bodyBytes()) {
      int got = body.length;
      for (long read = 0; got > 0 && read < UNREAD * limits.bodyBytes(); read += got) {
        got = in.read(body);
      }
      throw new Problem(
          413, "the body: at most " + limits.bodyBytes() + " bytes; send several requests");
    }
    return body;
  }
}
