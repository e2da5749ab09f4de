package dev.afina.hub;

/** Receives the progress of uploads. */
@FunctionalInterface
public interface UploadListener {
  /** Ignores all progress. */
  UploadListener NONE = progress -> {};

  /**
   * Is told that more of a large file was sent: at its start, about ten times a second, and when
   * the Hub has it all. Small files travel with the commit, and those that the Hub has already
   * don't travel; neither is told of. Called by the threads that upload, several at once, so return
   * soon; an exception ends the upload.
   *
   * @param progress how far the file is
   */
  void progressed(Progress progress);

  /**
   * How far one file is.
   *
   * @param file its path in the repository
   * @param bytes how much of it was sent; falls where a part must be sent again
   * @param size all its bytes
   */
  record Progress(String file, long bytes, long size) {
    /** Whether all bytes were sent. */
    public boolean done() {
      return bytes == size;
    }
  }
}
