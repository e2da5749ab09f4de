package dev.afina.internal.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.DeadlineExceededException;
import dev.afina.internal.engine.Workers;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists of several callers at the workers. */
class ListTurnsTest {

  /** Otherwise who has the turns would wait for a worker that waits behind them. */
  @Test
  @Timeout(
      value = 30,
      threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // an acquire is not interrupted
  void aWorker_doesNotQueueBehindListsThatWait() throws InterruptedException {
    ListTurns turns = new ListTurns(10);
    int all = turns.begin(20, Deadline.NONE);
    assertThat(all).isEqualTo(10);
    Thread waiting = new Thread(() -> turns.end(turns.begin(5, Deadline.NONE)));
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    for (Deadline deadline : new Deadline[] {Deadline.NONE, Deadline.in(Duration.ofMinutes(1))}) {
      assertThat(
              Workers.run(
                  Collections.nCopies(
                      2 * Workers.count(),
                      () -> {
                        int turn = turns.begin(8, deadline);
                        turns.end(turn);
                        return turn;
                      })))
          .containsOnly(0);
    }
    assertThatThrownBy(
            () ->
                Workers.run(
                    Collections.nCopies(1, () -> turns.begin(8, Deadline.in(Duration.ZERO)))))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(waiting.isAlive()).isTrue();
    turns.end(all);
    waiting.join();
  }

  @Test
  @Timeout(60)
  void aListThatWaits_endsAtItsDeadline() {
    ListTurns turns = new ListTurns(10);
    int all = turns.begin(10, Deadline.NONE);
    assertThatThrownBy(() -> turns.begin(1, Deadline.in(Duration.ofMillis(20))))
        .isInstanceOf(DeadlineExceededException.class);
    turns.end(all);
    assertThat(turns.begin(10, Deadline.in(Duration.ofMillis(20)))).isEqualTo(10);
  }
}
