package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.training.TrainingGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class SocketGroupTest {
  private static final byte[] SECRET = "a secret of the training".getBytes(StandardCharsets.UTF_8);

  private interface Work<T> {
    T run(TrainingGroup group) throws Exception;
  }

  /** Runs ranks as threads that are connected by sockets; what each gave, or threw. */
  private static <T> List<CompletableFuture<T>> ranks(int size, Duration timeout, Work<T> work)
      throws IOException {
    List<ServerSocket> servers = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      servers.add(SocketGroup.listen());
      members.add(new Member(rank, "127.0.0.1", servers.get(rank).getLocalPort()));
    }
    List<CompletableFuture<T>> results = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      int own = rank;
      CompletableFuture<T> result = new CompletableFuture<>();
      results.add(result);
      new Thread(
              () -> {
                try (ServerSocket server = servers.get(own);
                    SocketGroup group =
                        SocketGroup.connect(own, members, server, handshake(SECRET), timeout)) {
                  result.complete(work.run(group));
                } catch (Throwable e) {
                  result.completeExceptionally(e);
                }
              })
          .start();
    }
    return results;
  }

  private static Handshake handshake(byte[] secret) {
    return new Handshake(new Handshake.Secret(secret));
  }

  private static <T> List<T> results(List<CompletableFuture<T>> ranks) {
    return ranks.stream().map(CompletableFuture::join).toList();
  }

  private static float[] numbers(int rank, int size) {
    float[] numbers = new float[size];
    Random random = new Random(rank);
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
    }
    return numbers;
  }

  @Test
  void sum_addsInTheOrderOfTheRanks_atAllRanksAlike() throws IOException {
    for (int size : new int[] {1, 2, 3, 5}) {
      int count = 200_003; // more than a piece a share, and no multiple of the ranks
      List<float[]> sums =
          results(
              ranks(
                  size,
                  Duration.ofSeconds(20),
                  group -> {
                    float[] own = numbers(group.rank(), count);
                    FloatBuffer first = FloatBuffer.wrap(Arrays.copyOfRange(own, 0, 7));
                    FloatBuffer none = FloatBuffer.allocate(0);
                    FloatBuffer rest = FloatBuffer.wrap(Arrays.copyOfRange(own, 7, count));
                    for (int i = 0; i < 2; i++) { // the second time all ranks have the sums
                      group.sum(List.of(first, none, rest));
                    }
                    float[] all = Arrays.copyOf(first.array(), count);
                    System.arraycopy(rest.array(), 0, all, 7, count - 7);
                    return all;
                  }));
      float[] expected = new float[count];
      for (int rank = 0; rank < size; rank++) {
        float[] own = numbers(rank, count);
        for (int i = 0; i < count; i++) {
          expected[i] += own[i];
        }
      }
      float[] twice = new float[count];
      for (int rank = 0; rank < size; rank++) {
        for (int i = 0; i < count; i++) {
          twice[i] += expected[i];
        }
      }
      sums.forEach(all -> assertThat(all).isEqualTo(twice));
    }
  }

  @Test
  void sum_ofFewerNumbersThanRanks() throws IOException {
    List<Float> sums =
        results(
            ranks(
                4,
                Duration.ofSeconds(20),
                group -> {
                  FloatBuffer one = FloatBuffer.wrap(new float[] {1 << group.rank()});
                  group.sum(List.of(one));
                  group.sum(List.of());
                  return one.get(0);
                }));
    assertThat(sums).containsOnly(15f);
  }

  @Test
  void gather_givesWhatEachRankGave() throws IOException {
    List<List<byte[]>> all =
        results(
            ranks(
                3,
                Duration.ofSeconds(20),
                group -> group.gather("x".repeat(group.rank()).getBytes(StandardCharsets.UTF_8))));
    for (List<byte[]> of : all) {
      assertThat(of.stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)))
          .containsExactly("", "x", "xx");
    }
  }

  @Test
  void aRankThatEnds_isNamedWithItsHost() throws IOException {
    List<CompletableFuture<String>> ranks =
        ranks(
            3,
            Duration.ofSeconds(20),
            group -> {
              if (group.rank() == 1) {
                return "ended";
              }
              group.gather(new byte[0]);
              return "gathered";
            });
    assertThatThrownBy(() -> ranks.get(0).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(LostRankException.class)
        .hasMessageMatching(
            "rank 0 on 127\\.0\\.0\\.1:\\d+: lost rank [12] on 127\\.0\\.0\\.1:\\d+: .+");
  }

  @Test
  void aRankThatHangs_isGivenUp() throws IOException {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    List<CompletableFuture<Boolean>> ranks =
        ranks(
            2,
            Duration.ofSeconds(1),
            group -> group.rank() == 1 ? end.join() : group.gather(new byte[0]).isEmpty());
    assertThatThrownBy(() -> ranks.get(0).join())
        .cause()
        .isInstanceOfSatisfying(LostRankException.class, e -> assertThat(e.hangs()).isTrue())
        .hasMessageMatching(
            "rank 0 on \\S+: lost rank 1 on \\S+: no answer for 1 s; it hangs, or needs a longer timeout");
    end.complete(true);
  }

  @Test
  void ranksOnDifferentWays_hearOfIt() throws IOException {
    List<CompletableFuture<Boolean>> ranks =
        ranks(
            2,
            Duration.ofSeconds(20),
            group -> {
              if (group.rank() == 0) {
                group.gather(new byte[0]);
              } else {
                group.sum(List.of(FloatBuffer.allocate(3)));
              }
              return true;
            });
    List<String> messages =
        ranks.stream()
            .map(rank -> rank.handle((value, failure) -> String.valueOf(failure)).join())
            .toList();
    assertThat(messages) // one hears it; the other one perhaps that the first has left
        .anyMatch(message -> message.contains("the ranks have taken different ways"))
        .allMatch(message -> message.contains("lost rank"));
  }

  @Test
  void strangers_areRefused_andTheRanksStillMeet() throws Exception {
    try (ServerSocket first = SocketGroup.listen();
        ServerSocket second = SocketGroup.listen()) {
      List<Member> members =
          List.of(
              new Member(0, "127.0.0.1", first.getLocalPort()),
              new Member(1, "127.0.0.1", second.getLocalPort()));
      CompletableFuture<SocketGroup> zero =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return SocketGroup.connect(
                      0, members, first, handshake(SECRET), Duration.ofSeconds(20));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), first.getLocalPort());
          OutputStream out = stranger.getOutputStream()) {
        out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        assertThatThrownBy(
                () ->
                    SocketGroup.connect(
                        1, members, second, handshake(new byte[32]), Duration.ofSeconds(20)))
            .hasMessageContaining("rank 1 on")
            .hasMessageContaining("cannot connect to rank 0 on 127.0.0.1")
            .hasMessageContaining("does not know the secret of this training");
      }
      try (SocketGroup one =
              SocketGroup.connect(1, members, second, handshake(SECRET), Duration.ofSeconds(20));
          SocketGroup other = zero.join()) {
        assertThat(List.of(one.rank(), other.rank(), one.size(), other.size()))
            .containsExactly(1, 0, 2, 2);
      }
    }
  }

  @Test
  void aRankThatNeverComes_isNamed() throws IOException {
    try (ServerSocket server = SocketGroup.listen()) {
      List<Member> members =
          IntStream.range(0, 3).mapToObj(r -> new Member(r, "host" + r, 1 + r)).toList();
      assertThatThrownBy(
              () ->
                  SocketGroup.connect(
                      0, members, server, handshake(SECRET), Duration.ofMillis(200)))
          .hasMessage(
              "rank 0 on host0:1: no connection from [rank 1 on host1:2, rank 2 on host2:3] for 0 s");
    }
  }

  /** The bytes of MiniLM's layers: what docs/spark.md reckons with. */
  @Test
  @EnabledIfSystemProperty(named = "afina.spark.long", matches = "true")
  void sum_of11MillionNumbers_takesATime() throws IOException {
    List<Double> medians =
        results(
            ranks(
                2,
                Duration.ofSeconds(60),
                group -> {
                  ByteBuffer memory = ByteBuffer.allocateDirect(44_000_000);
                  FloatBuffer numbers = memory.order(ByteOrder.nativeOrder()).asFloatBuffer();
                  double[] seconds = new double[20];
                  for (int i = 0; i < seconds.length; i++) {
                    long begun = System.nanoTime();
                    group.sum(List.of(numbers));
                    seconds[i] = (System.nanoTime() - begun) / 1e9;
                  }
                  return Arrays.stream(seconds).skip(5).sorted().toArray()[7];
                }));
    System.out.println("11 million numbers, 2 ranks on loopback, seconds: " + medians);
    assertThat(medians).allMatch(seconds -> seconds < 60);
  }

  @Test
  void vector_readsAndWritesOverTheSeams() {
    FloatVector vector =
        new FloatVector(
            List.of(
                FloatBuffer.wrap(new float[] {0, 1}),
                FloatBuffer.allocate(0),
                FloatBuffer.wrap(new float[] {2, 3, 4})));
    float[] four = new float[4];
    vector.read(1, four, 4);
    assertThat(four).containsExactly(1, 2, 3, 4);
    vector.write(1, new float[] {9, 8}, 2);
    vector.read(0, four, 4);
    assertThat(four).containsExactly(0, 9, 8, 3);
    assertThat(IntStream.rangeClosed(0, 3).mapToLong(r -> vector.bound(r, 3)))
        .containsExactly(0L, 2L, 4L, 5L);
  }
}
