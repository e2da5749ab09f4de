package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One text a call, one call after the other.
 *
 * @param pause milliseconds from the end of a call to the next one: a caller who comes now and
 *     then; 0 for at once
 */
record SingleCalls(int pause) {

  /** Predicts a text. */
  interface Call {
    void predict(String text) throws IOException;
  }

  /** How long the calls take in milliseconds: the median, and what 99 of 100 do not exceed. */
  JsonObject measure(List<String> texts, Call call) throws IOException {
    double[] milliseconds = new double[texts.size()];
    for (int i = 0; i < milliseconds.length; i++) {
      if (pause > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
      }
      long begun = System.nanoTime();
      call.predict(texts.get(i));
      milliseconds[i] = (System.nanoTime() - begun) / 1e6;
    }
    Arrays.sort(milliseconds);
    double p99 = milliseconds[(int) Math.ceil(0.99 * milliseconds.length) - 1];
    return Json.object("p50", Series.median(milliseconds), "p99", p99, "texts", texts.size());
  }
}
