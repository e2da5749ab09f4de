package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Predictions of texts that come one by one, by a predictor that says how long they are. */
class PredictionStreamTest {
  private final List<Integer> groups = new ArrayList<>();
  private final AtomicInteger taken = new AtomicInteger();

  private final Predictor<Integer> lengths =
      data -> {
        groups.add(data.size());
        return data.stream().map(PredictionStreamTest::length).toList();
      };

  private static int length(Example example) {
    if (example.text().equals("bad")) {
      throw new IllegalStateException("the text: bad");
    }
    return example.text().length();
  }

  private Stream<Example> texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              taken.incrementAndGet();
              return Example.of("a".repeat(i % 100));
            });
  }

  @Test
  void stream_keepsTheOrder_andTellsHowFarItIs() {
    List<Long> progress = new ArrayList<>();
    List<Integer> expected = IntStream.range(0, 2_000).mapToObj(i -> i % 100).toList();
    assertThat(lengths.predict(texts(2_000), progress::add)).containsExactlyElementsOf(expected);
    assertThat(groups).containsExactly(16, 32, 64, 128, 256, 512, 512, 480);
    assertThat(progress).containsExactly(16L, 48L, 112L, 240L, 496L, 1_008L, 1_520L, 2_000L);
    assertThat(lengths.predict(texts(2_000)).parallel().toList()).isEqualTo(expected);
  }

  @Test
  void stream_takesNoMoreTextsThanItNeeds() {
    Stream<Integer> endless = lengths.predict(Stream.generate(() -> texts(1).findFirst().get()));
    assertThat(taken).hasValue(0);
    Iterator<Integer> predictions = endless.iterator();
    int handedOut = 0;
    for (int i = 0; i < 5_000; i++) {
      predictions.next();
      handedOut++;
      assertThat(taken.get() - handedOut).isBetween(0, 511);
    }
  }

  @Test
  void longTexts_areFewInAGroup() {
    Stream<Example> long1 = IntStream.range(0, 50).mapToObj(i -> Example.of("a".repeat(300_000)));
    assertThat(lengths.predict(long1)).hasSize(50).containsOnly(300_000);
    assertThat(groups).hasSize(13).allMatch(size -> size <= 4);
  }

  @Test
  void longPairs_areFewInAGroup() {
    String answer = "a".repeat(300_000);
    Stream<Example> pairs = IntStream.range(0, 50).mapToObj(i -> Example.ofPair("?", answer));
    assertThat(lengths.predict(pairs)).hasSize(50).containsOnly(1);
    assertThat(groups).hasSize(13).allMatch(size -> size <= 4);
  }

  @Test
  void groupThatFails_isPredictedOneByOne_andLosesNoText() {
    Predictor<Integer> hurried =
        data -> {
          if (data.size() > 1) {
            throw new DeadlineExceededException(Duration.ofMillis(1));
          }
          if (data.get(0).text().length() % 10 == 3) {
            throw new OverloadedException(2, 1);
          }
          return lengths.predict(data);
        };
    List<Object> said = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    Iterator<Integer> predictions = hurried.predict(texts(60).iterator());
    for (int i = 0; i < 60; i++) {
      expected.add(i % 10 == 3 ? "refused" : i);
      assertThat(predictions.hasNext()).isTrue();
      try {
        said.add(predictions.next());
      } catch (OverloadedException e) {
        said.add("refused");
      }
    }
    assertThat(said).isEqualTo(expected);
    assertThat(predictions.hasNext()).isFalse();
  }

  @Test
  void progressThatThrows_costsNoPrediction() {
    AtomicBoolean thrown = new AtomicBoolean();
    Iterator<Integer> predictions =
        lengths
            .predict(
                texts(20),
                done -> {
                  if (!thrown.getAndSet(true)) {
                    throw new IllegalStateException("told of " + done);
                  }
                })
            .iterator();
    assertThatThrownBy(predictions::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("told of 16");
    List<Integer> said = new ArrayList<>();
    predictions.forEachRemaining(said::add);
    assertThat(said).isEqualTo(IntStream.range(0, 20).boxed().toList());
  }

  @Test
  void textThatFails_comesAfterThoseBeforeIt_withItsNumber() {
    Iterator<Integer> predictions =
        lengths.predict(Stream.concat(texts(20), Stream.of(Example.of("bad"))).iterator());
    for (int i = 0; i < 20; i++) {
      assertThat(predictions.next()).isEqualTo(i);
    }
    assertThat(predictions.hasNext()).isTrue();
    assertThatThrownBy(predictions::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("text 20 (counted from 0): the text: bad");
  }

  @Test
  void null_andWhatTheSourceThrows_comeAfterThePredictionsBefore() {
    Iterator<Integer> withNull = lengths.predict(Arrays.asList(Example.of("a"), null).iterator());
    assertThat(withNull.next()).isEqualTo(1);
    assertThatThrownBy(withNull::next)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text 1 (counted from 0) is null; an empty text is \"\"");

    Iterator<Integer> broken =
        lengths
            .predict(
                Stream.of("a", "b")
                    .map(
                        t -> {
                          if (t.equals("b")) {
                            throw new ArithmeticException("disk");
                          }
                          return Example.of(t);
                        }))
            .iterator();
    assertThat(broken.next()).isEqualTo(1);
    assertThatThrownBy(broken::next).isInstanceOf(ArithmeticException.class).hasMessage("disk");
  }

  @Test
  void iterator_goesOnAfterATextThatFails_andEndsWhereItsSourceFails() {
    Stream<Example> three =
        Stream.of("bad", "b", "c", "bad", "").map(text -> text.isEmpty() ? null : Example.of(text));
    Iterator<Example> failing =
        new Iterator<>() {
          private final Iterator<Example> first = three.iterator();

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Example next() {
            if (!first.hasNext()) {
              throw new IllegalStateException("the file ends within a row");
            }
            return first.next();
          }
        };
    List<String> said = new ArrayList<>();
    Iterator<Integer> predictions = lengths.predict(failing);
    for (int asked = 0; asked < 10 && predictions.hasNext(); asked++) {
      try {
        said.add("" + predictions.next());
      } catch (IllegalStateException | IllegalArgumentException e) {
        said.add(e.getMessage());
      }
    }
    assertThat(said)
        .containsExactly(
            "text 0 (counted from 0): the text: bad",
            "1",
            "1",
            "text 3 (counted from 0): the text: bad",
            "text 4 (counted from 0) is null; an empty text is \"\"",
            "the file ends within a row");
    assertThatThrownBy(predictions::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void closingTheStream_closesItsSource_andTakesNothing() {
    AtomicBoolean closed = new AtomicBoolean();
    try (Stream<Integer> predictions =
        lengths.predict(texts(100).onClose(() -> closed.set(true)))) {
      assertThat(predictions.findFirst()).contains(0);
    }
    assertThat(closed).isTrue();
    assertThat(groups).containsExactly(16);
  }

  @Test
  void dataAreNotNeeded_forAStreamWithoutTexts() {
    assertThat(lengths.predict(Stream.<Example>empty())).isEmpty();
    assertThat(lengths.predict(Dataset.of())).isEmpty();
  }
}
