package dev.afina.hub;

/** Receives the progress of downloads. Implementations must be thread safe. */
@FunctionalInterface
public interface DownloadListener {
  /** Ignores all progress. */
  DownloadListener NONE = progress -> {};

  /**
   * Called when the download of a file begins, about ten times a second while it lasts, and once
   * the file is complete and verified. Not called for files that are already in the cache.
   *
   * <p>Called by the downloading threads, several at once, so it should return quickly. An
   * exception aborts the download.
   *
   * @param progress the state of one file's download
   */
  void progressed(Progress progress);

  /**
   * The state of one file's download.
   *
   * @param file the file's path in the repository
   * @param bytes the number of bytes received. Starts above 0 if an earlier download is resumed,
   *     and drops to 0 if what was received then turns out to be unusable
   * @param size the total number of bytes
   */
  record Progress(String file, long bytes, long size) {
    /** Whether the file is complete and verified; true exactly once per file. */
    public boolean done() {
      return bytes == size;
    }
  }
}
