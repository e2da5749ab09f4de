package dev.afina.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds models that are already on this machine, in the cache folder shared by {@link HubClient}
 * and Python's {@code huggingface_hub}. Only reads, and never uses the network.
 *
 * <p>The layout is the one that the Hub documents: {@code models--owner--name/refs/<revision>}
 * contains a commit, {@code models--owner--name/snapshots/<commit>} the files of that commit,
 * usually as links into {@code blobs}.
 *
 * <p>Immutable and thread safe.
 */
public final class LocalCache {
  private final Path folder;

  private LocalCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the cache in a given folder.
   *
   * @param folder the folder that contains the {@code models--…} folders; need not exist
   * @return the cache
   */
  public static LocalCache in(Path folder) {
    return new LocalCache(folder);
  }

  /**
   * Returns the cache that Python's client uses in the same environment: the folder {@code
   * HF_HUB_CACHE}, else {@code HUGGINGFACE_HUB_CACHE}, else {@code hub} in {@code HF_HOME}, else
   * {@code huggingface/hub} in {@code XDG_CACHE_HOME}, else {@code ~/.cache/huggingface/hub}. A
   * leading {@code ~} and variables such as {@code $NAME} are expanded, on Windows also {@code
   * %NAME%}. There {@code ~} is {@code USERPROFILE}, elsewhere {@code HOME}. Unlike in Python, an
   * empty variable counts as unset, so that it cannot turn the working directory into the cache.
   *
   * @param environment environment variables, such as {@link System#getenv()}
   * @return the cache
   * @throws IllegalArgumentException if that is a folder whose name this JVM cannot write, or a
   *     home folder that this user does not have
   */
  public static LocalCache of(Map<String, String> environment) {
    return of(EnvironmentPaths.here(environment));
  }

  static LocalCache of(EnvironmentPaths environment) {
    return new LocalCache(
        environment
            .variable("HF_HUB_CACHE")
            .or(() -> environment.variable("HUGGINGFACE_HUB_CACHE"))
            .map(environment::expand)
            .orElseGet(() -> home(environment).resolve("hub")));
  }

  /** The folder {@code HF_HOME}, where the token is and, unless set otherwise, the cache. */
  static Path home(EnvironmentPaths environment) {
    return environment.expand(
        environment
            .variable("HF_HOME")
            .orElseGet(
                () -> environment.variable("XDG_CACHE_HOME").orElse("~/.cache") + "/huggingface"));
  }

  /**
   * Returns the folder of the cache.
   *
   * @return the folder, which need not exist
   */
  public Path folder() {
    return folder;
  }

  /**
   * Finds the files of a model.
   *
   * <p>A branch or tag is resolved to the commit of the last download; it may have moved since. The
   * snapshot may be incomplete if only some files were downloaded.
   *
   * @param model the model and its revision
   * @return the folder with the model's files; empty if this revision is not in the cache
   * @throws IOException if the cache cannot be read, or the stored revision is not a commit
   */
  public Optional<Path> snapshot(ModelReference model) throws IOException {
    RepositoryCache repository =
        new RepositoryCache(folder, RepositoryKind.MODEL, model.repositoryId(), true);
    return repository
        .storedCommit(model)
        .map(repository::snapshotFolder)
        .filter(Files::isDirectory);
  }
}
