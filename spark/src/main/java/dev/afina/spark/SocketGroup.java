package dev.afina.spark;

import dev.afina.training.TrainingGroup;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An all-reduce over TCP, with a connection between each pair of ranks.
 *
 * <p>A sum takes two steps. Each rank owns a share of the numbers: first it receives that share
 * from all others and adds the values in the order of the ranks, then it sends the sums to all. So
 * each rank sends and receives 2 · (n − 1) / n times the numbers, whatever n is. Each sum is
 * computed once, so all ranks have the same bits.
 *
 * <p>One thread per peer sends while the calling thread receives, so ranks cannot block each other.
 * After a failure the group cannot be used any more, and its connections are closed.
 */
final class SocketGroup implements TrainingGroup, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SocketGroup.class);
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final int MOST_BYTES = 1 << 30;
  private static final byte SHARES = 1;
  private static final byte SUMS = 2;
  private static final byte BYTES = 3;

  private final int rank;
  private final int size;
  private final Duration timeout;
  private final TreeMap<Integer, Peer> peers = new TreeMap<>();
  private final ExecutorService senders;
  private long exchanges;

  private SocketGroup(int rank, int size, Duration timeout) {
    this.rank = rank;
    this.size = size;
    this.timeout = timeout;
    this.senders =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "afina-rank-" + rank + "-sends");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens the socket on which a rank accepts others, on any free port of all addresses of this
   * machine.
   */
  static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 64);
  }

  /**
   * Connects to all other ranks.
   *
   * @param members by rank
   * @param server the socket of this rank; the caller closes it
   * @param timeout the time after which a rank that does not answer is given up
   * @throws IOException if a rank cannot be reached; the message names it and its host
   */
  static SocketGroup connect(
      int rank, List<Member> members, ServerSocket server, Handshake handshake, Duration timeout)
      throws IOException {
    SocketGroup group = new SocketGroup(rank, members.size(), timeout);
    boolean complete = false;
    try {
      for (Member other : members.subList(0, rank)) {
        group.connectTo(members.get(rank), other, handshake);
      }
      group.accept(members, server, handshake);
      complete = true;
      return group;
    } finally {
      if (!complete) {
        group.close();
      }
    }
  }

  private void connectTo(Member own, Member other, Handshake handshake) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(other.host()), other.port()),
          Math.toIntExact(timeout.toMillis()));
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      handshake.ask(
          new DataInputStream(socket.getInputStream()),
          new DataOutputStream(socket.getOutputStream()),
          own.rank(),
          other.rank());
      peers.put(other.rank(), new Peer(own, other, timeout, socket));
    } catch (IOException e) {
      socket.close();
      throw new IOException(
          "%s: cannot connect to %s: %s; executors must reach each other at any port"
              .formatted(own, other, e.getMessage()),
          e);
    }
  }

  /** Accepts the connections of higher ranks. */
  private void accept(List<Member> members, ServerSocket server, Handshake handshake)
      throws IOException {
    Member own = members.get(rank);
    long end = System.nanoTime() + timeout.toNanos();
    while (peers.size() < size - 1) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      Socket socket;
      try {
        server.setSoTimeout((int) Math.max(1, left));
        socket = server.accept();
      } catch (SocketTimeoutException e) {
        List<Member> missing =
            members.stream().filter(m -> m.rank() != rank && !peers.containsKey(m.rank())).toList();
        throw new IOException(
            "%s: no connection from %s for %s s".formatted(own, missing, timeout.toSeconds()), e);
      }
      try {
        socket.setSoTimeout(Math.toIntExact(HANDSHAKE.toMillis()));
        int other =
            handshake.answer(
                new DataInputStream(socket.getInputStream()),
                new DataOutputStream(socket.getOutputStream()),
                rank);
        if (other <= rank || other >= size || peers.containsKey(other)) {
          throw new IOException("says that it is rank " + other);
        }
        peers.put(other, new Peer(own, members.get(other), timeout, socket));
      } catch (IOException e) { // a stranger; keep waiting for the others
        log.warn(
            "{}: a connection from {} was refused: {}",
            own,
            socket.getRemoteSocketAddress(),
            e.getMessage());
        socket.close();
      }
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void sum(List<FloatBuffer> values) throws IOException {
    FloatVector all = new FloatVector(values);
    exchanges++;
    whole(
        () -> {
          List<Future<?>> sending = new ArrayList<>();
          for (int other : peers.keySet()) {
            sending.add(sender(other, peer -> sendShare(peer, SHARES, all, other)));
          }
          float[] sums = addedUp(all);
          await(sending);
          all.write(all.bound(rank, size), sums, sums.length);
          sending.clear();
          for (int other : peers.keySet()) {
            sending.add(sender(other, peer -> sendShare(peer, SUMS, all, rank)));
          }
          for (int other : peers.keySet()) {
            receiveSums(all, other);
          }
          await(sending);
          return true;
        });
  }

  private Peer peer(int other) {
    return Objects.requireNonNull(peers.get(other));
  }

  /** Computes the sums of this rank's share, adding in the order of the ranks. */
  private float[] addedUp(FloatVector all) throws IOException {
    long from = all.bound(rank, size);
    float[] sums = new float[Math.toIntExact(all.bound(rank + 1, size) - from)];
    float[] piece = new float[Peer.PIECE];
    for (int of = 0; of < size; of++) {
      Peer peer = peers.get(of);
      if (peer != null) {
        requireSize(peer, peer.receiveHeader(SHARES, exchanges), sums.length);
      }
      for (int at = 0; at < sums.length; at += piece.length) {
        int count = Math.min(piece.length, sums.length - at);
        if (peer == null) {
          all.read(from + at, piece, count);
        } else {
          peer.receive(piece, count);
        }
        for (int i = 0; i < count; i++) {
          sums[at + i] += piece[i];
        }
      }
    }
    return sums;
  }

  private void sendShare(Peer peer, byte kind, FloatVector all, int of) throws IOException {
    long from = all.bound(of, size);
    long to = all.bound(of + 1, size);
    peer.sendHeader(new Peer.Header(kind, exchanges, to - from));
    float[] piece = new float[Peer.PIECE];
    for (long at = from; at < to; at += piece.length) {
      int count = (int) Math.min(piece.length, to - at);
      all.read(at, piece, count);
      peer.send(piece, count);
    }
    peer.flush();
  }

  private void receiveSums(FloatVector all, int other) throws IOException {
    Peer peer = peer(other);
    long from = all.bound(other, size);
    long to = all.bound(other + 1, size);
    requireSize(peer, peer.receiveHeader(SUMS, exchanges), to - from);
    float[] piece = new float[Peer.PIECE];
    for (long at = from; at < to; at += piece.length) {
      int count = (int) Math.min(piece.length, to - at);
      peer.receive(piece, count);
      all.write(at, piece, count);
    }
  }

  private static void requireSize(Peer peer, Peer.Header header, long expected) throws IOException {
    if (header.size() != expected) {
      throw peer.lost(
          new IOException(
              "it adds up another number of values: its share has %s, expected %s"
                  .formatted(header.size(), expected)));
    }
  }

  @Override
  public List<byte[]> gather(byte[] own) throws IOException {
    if (own.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "gather: expected at most %s bytes, got %s".formatted(MOST_BYTES, own.length));
    }
    exchanges++;
    return whole(
        () -> {
          List<Future<?>> sending = new ArrayList<>();
          for (int other : peers.keySet()) {
            sending.add(
                sender(
                    other,
                    peer -> {
                      peer.sendHeader(new Peer.Header(BYTES, exchanges, own.length));
                      peer.send(own);
                    }));
          }
          List<byte[]> all = new ArrayList<>();
          for (int of = 0; of < size; of++) {
            Peer peer = peers.get(of);
            all.add(peer == null ? own : received(peer));
          }
          await(sending);
          return all;
        });
  }

  private byte[] received(Peer peer) throws IOException {
    long length = peer.receiveHeader(BYTES, exchanges).size();
    if (length < 0 || length > MOST_BYTES) {
      throw peer.lost(new IOException("it announces " + length + " bytes"));
    }
    return peer.receive((int) length);
  }

  /** An operation on the connections. */
  private interface Exchange<T> {
    T run() throws IOException;
  }

  /** Runs an exchange completely, or closes the group. */
  private <T> T whole(Exchange<T> exchange) throws IOException {
    boolean complete = false;
    try {
      T result = exchange.run();
      complete = true;
      return result;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /** A message to a peer. */
  private interface Sending {
    void to(Peer peer) throws IOException;
  }

  private Future<?> sender(int other, Sending sending) {
    Peer peer = peer(other);
    return senders.submit(
        () -> {
          sending.to(peer);
          return true;
        });
  }

  private void await(List<Future<?>> sending) throws IOException {
    List<Peer> to = List.copyOf(peers.values());
    for (int i = 0; i < sending.size(); i++) {
      try {
        Object unused = sending.get(i).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (TimeoutException e) {
        throw to.get(i).lost(new SocketTimeoutException());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("the training's thread was interrupted");
      }
    }
  }

  /** Leaves the group. The other ranks notice at their next exchange. */
  @Override
  public void close() {
    peers.values().forEach(Peer::close);
    senders.shutdownNow();
  }
}
