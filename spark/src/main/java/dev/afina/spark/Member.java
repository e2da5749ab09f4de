package dev.afina.spark;

/**
 * A process of a training.
 *
 * @param rank its number, from 0
 * @param host name or address that the others reach it by
 * @param port where it listens
 */
record Member(int rank, String host, int port) {
  @Override
  public String toString() {
    return "rank " + rank + " on " + host + ":" + port;
  }
}
