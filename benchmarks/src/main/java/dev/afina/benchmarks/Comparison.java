package dev.afina.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The figures of both sides, from rounds that took turns: ours, the peer's, ours, … */
record Comparison(Series ours, Series peer) {

  /**
   * Runs the rounds.
   *
   * @param watch told of each round when it is done
   */
  static Comparison alternate(Side ours, Side peer, int rounds, Watch watch) throws IOException {
    List<Double> ourFigures = new ArrayList<>();
    List<Double> peerFigures = new ArrayList<>();
    for (int i = 1; i <= rounds; i++) {
      ourFigures.add(ours.round());
      peerFigures.add(peer.round());
      watch.done(i, ourFigures.get(i - 1), peerFigures.get(i - 1));
    }
    return new Comparison(
        new Series(ours.name(), ourFigures), new Series(peer.name(), peerFigures));
  }

  /** Sees the rounds go by. */
  interface Watch {
    void done(int round, double ours, double peer);
  }
}
