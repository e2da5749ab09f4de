package dev.afina.hub;

/** Receives the progress of uploads. */
@FunctionalInterface
public interface UploadListener {
  /** Ignores all progress. */
  UploadListener NONE = progress -> {};

  /**
   * Called when the upload of a large file begins, about ten times a second while it lasts, and
   * once the Hub has the whole file. Not called for small files, which are sent with the commit,
   * nor for files that the Hub already has.
   *
   * <p>Called by the uploading threads, several at once, so it should return quickly. An exception
   * aborts the upload.
   *
   * @param progress the state of one file's upload
   */
  void progressed(Progress progress);

  /**
   * The state of one file's upload.
   *
   * @param file the file's path in the repository
   * @param bytes the number of bytes sent; decreases if a part must be sent again
   * @param size the total number of bytes
   */
  record Progress(String file, long bytes, long size) {
    /** Whether all bytes were sent. */
    public boolean done() {
      return bytes == size;
    }
  }
}
