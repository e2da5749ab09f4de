package dev.afina.benchmarks;

import java.io.IOException;

/** One of the two that are compared. It is idle while the other one works. */
interface Side {
  /** What it is, for the reader of the figures. */
  String name();

  /** Does the work once; returns the figure in the row's unit. */
  double round() throws IOException;

  /** A side that is a name and a piece of work. */
  static Side of(String name, Round round) {
    return new Side() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double round() throws IOException {
        return round.run();
      }
    };
  }

  /** The work. */
  interface Round {
    double run() throws IOException;
  }
}
