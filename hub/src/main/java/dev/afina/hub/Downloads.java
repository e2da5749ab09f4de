package dev.afina.hub;

import dev.afina.hub.HubException.Reason;
import dev.afina.internal.files.WriteFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads files of one commit into the cache. */
final class Downloads {
  private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

  /** The same number as Python's client. */
  private static final int AT_ONCE = 8;

  private final ModelReference commit;
  private final RepositoryCache cache;
  private final HubHttp http;
  private final RetryPolicy retry;
  private final DownloadListener listener;

  Downloads(
      ModelReference commit,
      RepositoryCache cache,
      HubHttp http,
      RetryPolicy retry,
      DownloadListener listener) {
    this.commit = commit;
    this.cache = cache;
    this.http = http;
    this.retry = retry;
    this.listener = listener;
  }

  /**
   * Downloads several files in parallel. The first failure stops the others, which can be resumed.
   */
  void fetch(List<HubFile> files) throws IOException {
    if (files.size() <= 1) {
      for (HubFile file : files) {
        fetch(file);
      }
      return;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(AT_ONCE, files.size()),
            task -> {
              Thread thread = new Thread(task, "afina-download");
              thread.setDaemon(true);
              return thread;
            });
    try {
      ExecutorCompletionService<Path> running = new ExecutorCompletionService<>(threads);
      for (HubFile file : files) {
        running.submit(() -> fetch(file));
      }
      for (int i = 0; i < files.size(); i++) {
        running.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while downloading " + commit);
    } catch (ExecutionException e) {
      throw cause(e);
    } finally {
      stop(threads);
    }
  }

  /** Downloads one file unless it is in the cache. */
  Path fetch(HubFile file) throws IOException {
    try {
      return fetched(file);
    } catch (FileSystemException e) {
      throw WriteFailure.of(
          cache.snapshotFolder(commit.revision()).resolve(file.path()),
          "what was downloaded before is still there",
          RepositoryCache.ELSEWHERE,
          e);
    }
  }

  private Path fetched(HubFile file) throws IOException {
    Optional<Path> present = cache.file(commit.revision(), file.path(), file.size());
    if (present.isPresent()) {
      return present.get();
    }
    ContentHash hash =
        ContentHash.ofEtag(file.etag())
            .orElseThrow(
                () ->
                    new HubException(
                        Reason.PROTOCOL,
                        commit.repositoryId()
                            + ": the Hub announces no hash for \""
                            + file.path()
                            + "\", so it could not be verified"));
    cache.create();
    try (CacheLock lock = cache.lock(hash)) {
      present = cache.file(commit.revision(), file.path(), file.size());
      if (present.isPresent()) {
        return present.get(); // another thread or process has downloaded it in the meantime
      }
      boolean fresh = !cache.hasBlob(hash, file.size());
      if (fresh) {
        BlobDownload.Wanted wanted =
            new BlobDownload.Wanted(
                http.file(cache.kind(), commit.repositoryId(), commit.revision(), file.path()),
                file.path(),
                hash,
                file.size());
        new BlobDownload(http, retry, listener, wanted, cache).run(lock.isExclusive());
      }
      return cache.link(hash, commit.revision(), file.path(), fresh);
    }
  }

  /** Stops running downloads, and returns when none is writing any more. */
  private static void stop(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a download does not end after its interruption");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException cause(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException("a download failed: " + cause, cause);
  }
}
