package dev.afina.spark;

/**
 * A process that takes part in a training.
 *
 * @param rank its number, from 0
 * @param host the name or address at which the others reach it
 * @param port the port on which it listens
 */
record Member(int rank, String host, int port) {
  @Override
  public String toString() {
    return "rank " + rank + " on " + host + ":" + port;
  }
}
