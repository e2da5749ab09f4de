package dev.afina.hub;

import dev.afina.hub.DownloadListener.Progress;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads one blob of a repository: resumes a partial download, verifies size and hash, and only
 * then renames the file to its final name.
 */
final class BlobDownload {
  private static final Logger LOG = LoggerFactory.getLogger(BlobDownload.class);
  private static final int BUFFER = 64 << 10;
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * The blob to download.
   *
   * @param uri its address at a commit, so that it cannot change before a resume
   * @param name the file's name, for messages
   * @param hash the expected hash
   * @param size the expected size in bytes, and the most that is read
   */
  record Wanted(URI uri, String name, ContentHash hash, long size) {}

  private final HubHttp http;
  private final RetryPolicy retry;
  private final DownloadListener listener;
  private final Wanted wanted;
  private final RepositoryCache cache;
  private long reported;

  BlobDownload(
      HubHttp http,
      RetryPolicy retry,
      DownloadListener listener,
      Wanted wanted,
      RepositoryCache cache) {
    this.http = http;
    this.retry = retry;
    this.listener = listener;
    this.wanted = wanted;
    this.cache = cache;
  }

  /**
   * Downloads the blob. The caller holds its lock.
   *
   * @param exclusive whether the lock keeps other processes out, so that an existing partial file
   *     is not in use
   * @throws HubException if the Hub refuses, or sends other content than it announced
   * @throws IOException if the disk is full or cannot be written
   */
  void run(boolean exclusive) throws IOException {
    PartialFile part =
        exclusive
            ? PartialFile.resumed(cache.blobs(), wanted.hash(), wanted.size())
            : PartialFile.fresh(cache.blobs(), wanted.hash(), wanted.size());
    int fruitless = 0;
    int wrong = 0;
    long most = part.bytes(); // over all tries: bytes that a restart merely repeats are no progress
    boolean keep = true;
    try {
      requireSpace(part);
      report(part, true);
      while (true) {
        String why = null;
        try {
          receive(part);
        } catch (HubException | InterruptedIOException e) {
          if (!(e instanceof HubException refused) || refused.status() != 416) {
            throw e;
          }
          // A part of an earlier run may be too long; after a whole new transfer the size is wrong.
          if (++wrong > 1) {
            keep = false;
            throw endsEarly(part.bytes());
          }
          why = "the server has no byte " + part.bytes();
          part = restarted(part);
        } catch (PartialFile.DiskException e) {
          keep = false; // waiting does not help if the disk is full
          throw e;
        } catch (IOException e) {
          why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
        if (part.bytes() == wanted.size()) {
          String actual = part.hash();
          if (actual.equals(wanted.hash().value())) {
            part.moveTo(cache.blob(wanted.hash()));
            listener.progressed(new Progress(wanted.name(), wanted.size(), wanted.size()));
            return;
          }
          keep = false;
          if (++wrong > 1) {
            throw wrongContent(actual);
          }
          // A part of an earlier run may be at fault, or one transfer; a whole new one tells.
          LOG.warn("{}: the content has another hash than announced; starting over", wanted.name());
          part = restarted(part);
          keep = true;
          continue;
        }
        fruitless = part.bytes() > most ? 0 : fruitless + 1;
        most = Math.max(most, part.bytes());
        if (fruitless > retry.retries()) {
          throw new HubException(
              Reason.UNREACHABLE,
              wanted.name()
                  + ": broke off at byte "
                  + part.bytes()
                  + " of "
                  + wanted.size()
                  + (why == null ? "" : " (" + why + ")")
                  + ", and "
                  + fruitless
                  + " tries brought no more; try again, what is here will be resumed");
        }
        LOG.info(
            "{}: broke off at byte {} of {}{}; resuming",
            wanted.name(),
            part.bytes(),
            wanted.size(),
            why == null ? "" : " (" + http.shown(why) + ")");
        HubHttp.sleep(retry.pause(Math.max(1, fruitless)));
      }
    } finally {
      if (keep) {
        part.close();
      } else {
        part.discard();
      }
    }
  }

  /** Appends the content of one answer, up to the announced size. */
  private void receive(PartialFile part) throws IOException {
    if (part.bytes() == wanted.size()) {
      return;
    }
    HubCall call = HubCall.get(wanted.uri()).header("Accept-Encoding", "identity");
    long start = part.bytes();
    if (start > 0) {
      call = call.header("Range", "bytes=" + start + "-");
    }
    try (HubResponse response = http.send(call)) {
      if (start > 0 && !continues(response, start)) {
        part.restart(); // 200: the whole content, from its first byte
      }
      InputStream body = response.body();
      byte[] buffer = new byte[BUFFER];
      while (part.bytes() < wanted.size()) {
        int most = (int) Math.min(buffer.length, wanted.size() - part.bytes());
        int count = body.read(buffer, 0, most);
        if (count < 0) {
          return;
        }
        part.append(buffer, count);
        report(part, false);
      }
    }
  }

  private boolean continues(HubResponse response, long start) throws HubException {
    if (response.status() != 206) {
      return false;
    }
    String range = response.header("Content-Range").orElse("");
    if (!range.startsWith("bytes " + start + "-")) {
      throw new HubException(
          Reason.PROTOCOL,
          wanted.name() + ": asked for bytes from " + start + ", got \"" + range + "\"");
    }
    return true;
  }

  private static PartialFile restarted(PartialFile part) throws IOException {
    part.restart();
    return part;
  }

  private void report(PartialFile part, boolean now) {
    if (part.bytes() < wanted.size() && (now || System.nanoTime() - reported >= REPORT_NANOS)) {
      reported = System.nanoTime();
      listener.progressed(new Progress(wanted.name(), part.bytes(), wanted.size()));
    }
  }

  private void requireSpace(PartialFile part) throws IOException {
    Path folder = cache.blobs();
    // Unlike a FileStore, a File needs no list of mounts, which is wrong in some chroots.
    long free = folder.toFile().getUsableSpace();
    long needed = wanted.size() - part.bytes();
    // Some file systems answer 0 when they do not know.
    if (free > 0 && free < needed) {
      throw new IOException(
          wanted.name()
              + ": needs "
              + needed
              + " bytes, but the disk of "
              + folder
              + " has "
              + free
              + "; free some space or set HF_HUB_CACHE to another disk");
    }
  }

  private HubException endsEarly(long actual) {
    return wrong(
        "the server's file ends at byte " + actual + ", " + wanted.size() + " were announced");
  }

  private HubException wrongContent(String actual) {
    return wrong(
        "the content has "
            + wanted.hash().algorithm()
            + " "
            + actual
            + ", the Hub announced "
            + wanted.hash().value()
            + ", twice");
  }

  private HubException wrong(String what) {
    return new HubException(
        Reason.PROTOCOL,
        wanted.name()
            + ": "
            + what
            + "; nothing was stored. Try again; if it stays so, the server or a proxy on the way changes the file");
  }
}
