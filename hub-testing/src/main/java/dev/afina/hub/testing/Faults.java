package dev.afina.hub.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What shall go wrong with the next requests. Faults wait in the order in which they were set; a
 * request meets the first that fits it. Safe for use by threads at once.
 *
 * <p>Example: the second half of every download arrives only after a retry.
 *
 * <pre>{@code
 * hub.faults().on("GET", "model.safetensors").times(2).cutAfter(1000);
 * hub.faults().rateLimited(1, 0);
 * }</pre>
 *
 * <p>The short forms on this class meet any request (or, where they change a file's content, any
 * answer that holds a file); {@link #on} narrows that.
 */
public final class Faults {
  private final List<Armed> armed = new ArrayList<>();

  Faults() {}

  /**
   * Returns the faults of some requests only.
   *
   * @param method GET, HEAD, POST, PUT or DELETE; empty for any
   * @param pathPart text that the request's path must hold; empty for any
   * @return where to say what goes wrong, for one request unless {@link On#times} says otherwise
   */
  public On on(String method, String pathPart) {
    return new On(method, pathPart, 1, true);
  }

  /**
   * Closes the connection in the middle of the next file that is downloaded.
   *
   * @param bytes how many bytes arrive before
   */
  public void cutAfter(long bytes) {
    files().cutAfter(bytes);
  }

  /**
   * Sends the next file with fewer bytes, as if that were all of it.
   *
   * @param bytes how many bytes arrive
   */
  public void truncateTo(long bytes) {
    files().truncateTo(bytes);
  }

  /** Sends the next file with one wrong bit. */
  public void corrupt() {
    files().corrupt();
  }

  /**
   * Answers the next requests with an error.
   *
   * @param status 400 to 599
   * @param times how many requests
   */
  public void status(int status, int times) {
    new On("", "", times, true).status(status);
  }

  /**
   * Answers the next requests with 429 and the header {@code ratelimit}.
   *
   * @param times how many requests
   * @param seconds after which the client may come again
   */
  public void rateLimited(int times, int seconds) {
    new On("", "", times, true).rateLimited(seconds);
  }

  /** Forgets all faults that have not happened yet. */
  public void clear() {
    synchronized (armed) {
      armed.clear();
    }
  }

  /**
   * Returns how many faults have not happened yet.
   *
   * @return the sum over all of them
   */
  public int waiting() {
    synchronized (armed) {
      return armed.stream().mapToInt(a -> a.times).sum();
    }
  }

  private On files() {
    return new On("GET", "", 1, false);
  }

  /**
   * Takes the next fault that comes instead of an answer.
   *
   * @param delayed whether the request was late already: it is so once only
   */
  Optional<Fault> before(String method, String path, boolean delayed) {
    return take(
        a ->
            !a.fault.changesAnswer()
                && !(delayed && a.fault instanceof Fault.Delay)
                && a.fits(method, path));
  }

  /** Takes the next fault that changes an answer. */
  Optional<Fault> during(String method, String path, boolean file) {
    return take(a -> a.fault.changesAnswer() && (file || a.anyAnswer) && a.fits(method, path));
  }

  private Optional<Fault> take(Predicate<Armed> fits) {
    synchronized (armed) {
      Optional<Armed> found = armed.stream().filter(fits).findFirst();
      found.ifPresent(
          fault -> {
            fault.times--;
            if (fault.times == 0) {
              armed.remove(fault);
            }
          });
      return found.map(fault -> fault.fault);
    }
  }

  private static final class Armed {
    final String method;
    final String pathPart;
    final boolean anyAnswer;
    final Fault fault;
    int times;

    Armed(On on, Fault fault) {
      this.method = on.method;
      this.pathPart = on.pathPart;
      this.anyAnswer = on.anyAnswer;
      this.times = on.times;
      this.fault = fault;
    }

    boolean fits(String requested, String path) {
      return (method.isEmpty() || method.equals(requested)) && path.contains(pathPart);
    }
  }

  /** Says what goes wrong with the requests that were chosen by {@link Faults#on}. Immutable. */
  public final class On {
    private final String method;
    private final String pathPart;
    private final int times;
    private final boolean anyAnswer;

    private On(String method, String pathPart, int times, boolean anyAnswer) {
      if (times < 1) {
        throw new IllegalArgumentException("times: expected 1 or more, got " + times);
      }
      this.method = method;
      this.pathPart = pathPart;
      this.times = times;
      this.anyAnswer = anyAnswer;
    }

    /**
     * Lets it happen to several requests.
     *
     * @param count 1 or more; {@link Integer#MAX_VALUE} for always
     * @return the faults of as many requests
     */
    public On times(int count) {
      return new On(method, pathPart, count, anyAnswer);
    }

    /**
     * Answers with an error.
     *
     * @param status 400 to 599
     */
    public void status(int status) {
      arm(new Fault.Status(status, Map.of()));
    }

    /**
     * Answers with 429 and the headers {@code ratelimit} and {@code ratelimit-policy}.
     *
     * @param seconds after which the client may come again
     */
    public void rateLimited(int seconds) {
      arm(
          new Fault.Status(
              429,
              Map.of(
                  "ratelimit",
                  "\"api\";r=0;t=" + seconds,
                  "ratelimit-policy",
                  "\"fixed window\";\"api\";q=500;w=300")));
    }

    /**
     * Answers with an error and the header {@code Retry-After}.
     *
     * @param status 429 or 503
     * @param seconds after which the client may come again
     */
    public void retryAfter(int status, int seconds) {
      arm(new Fault.Status(status, Map.of("Retry-After", String.valueOf(seconds))));
    }

    /** Closes the connection instead of an answer, before anything is done. */
    public void reset() {
      arm(new Fault.Reset());
    }

    /** Does what is asked, then closes the connection instead of an answer. */
    public void loseAnswer() {
      arm(new Fault.LoseAnswer());
    }

    /**
     * Answers late.
     *
     * @param delay how late
     */
    public void delay(Duration delay) {
      arm(new Fault.Delay(delay));
    }

    /**
     * Closes the connection in the middle of the answer.
     *
     * @param bytes how many bytes arrive before
     */
    public void cutAfter(long bytes) {
      arm(new Fault.Cut(bytes));
    }

    /**
     * Closes the connection in the middle of the request's body; nothing of it is kept.
     *
     * @param bytes how many bytes are read before
     */
    public void cutUploadAfter(long bytes) {
      arm(new Fault.CutUpload(bytes));
    }

    /**
     * Sends fewer bytes, as if that were all.
     *
     * @param bytes how many bytes arrive
     */
    public void truncateTo(long bytes) {
      arm(new Fault.Truncate(bytes));
    }

    /** Sends one wrong bit, in the middle. */
    public void corrupt() {
      arm(new Fault.Corrupt());
    }

    /**
     * Sends slowly.
     *
     * @param bytesPerSecond how slowly, 1 or more
     */
    public void slow(long bytesPerSecond) {
      arm(new Fault.Slow(bytesPerSecond));
    }

    private void arm(Fault fault) {
      synchronized (armed) {
        armed.add(new Armed(this, fault));
      }
    }
  }
}
