package dev.afina.hub;

/** Receives the progress of downloads. */
@FunctionalInterface
public interface DownloadListener {
  /** Ignores all progress. */
  DownloadListener NONE = progress -> {};

  /**
   * Is told that more of a file has come: at its start, about ten times a second, and when it is
   * complete and verified. Files that were in the cache are not told of. Called by the threads that
   * download, several at once, so return soon; an exception ends the download.
   *
   * @param progress how far the file is
   */
  void progressed(Progress progress);

  /**
   * How far one file is.
   *
   * @param file its name in the repository
   * @param bytes how much of it is here; begins above 0 where an earlier download is resumed, and
   *     falls to 0 where that proves unusable
   * @param size all its bytes
   */
  record Progress(String file, long bytes, long size) {
    /** Whether the file is complete, its hash verified; told once. */
    public boolean done() {
      return bytes == size;
    }
  }
}
