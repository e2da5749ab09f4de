package dev.afina.internal.serving;

import dev.afina.InFlight;
import dev.afina.OverloadedException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the single texts of a model that are queued or being computed, whatever they wait for, and
 * limits their tokens. Thread safe.
 */
final class TextsInFlight {
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicInteger texts = new AtomicInteger();

  InFlight now() {
    return InFlight.of(texts.get(), tokens.get());
  }

  long tokens() {
    return tokens.get();
  }

  /**
   * Counts a text.
   *
   * @param limit the number of tokens in flight at which the text is rejected
   * @throws OverloadedException if there are that many
   */
  void add(int tokensOfText, long limit) {
    long now;
    do {
      now = tokens.get();
      if (now >= limit) {
        throw new OverloadedException(now, limit);
      }
    } while (!tokens.compareAndSet(now, now + tokensOfText));
    texts.incrementAndGet();
  }

  void remove(int tokensOfText) {
    tokens.addAndGet(-tokensOfText);
    texts.decrementAndGet();
  }
}
