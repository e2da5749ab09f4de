package dev.afina.hub;

import java.net.URI;
import java.util.Optional;

/** The result of an upload. Immutable. */
public final class HubCommit {
  private final String id;
  private final URI page;
  private final Optional<URI> pullRequest;
  private final boolean changed;

  HubCommit(String id, URI page, Optional<URI> pullRequest, boolean changed) {
    this.id = id;
    this.page = page;
    this.pullRequest = pullRequest;
    this.changed = changed;
  }

  /**
   * The id of the new commit, or of the latest existing one if nothing had changed: 40 hexadecimal
   * digits.
   */
  public String id() {
    return id;
  }

  /** The web page of the commit. */
  public URI page() {
    return page;
  }

  /** The web page of the pull request; empty if none was opened. */
  public Optional<URI> pullRequest() {
    return pullRequest;
  }

  /** Whether a new commit was made. */
  public boolean changed() {
    return changed;
  }

  /** The revision of the pull request, {@code refs/pr/N}; empty if none was opened. */
  public Optional<String> pullRequestRevision() {
    return pullRequest.map(
        page -> "refs/pr/" + page.getPath().substring(page.getPath().lastIndexOf('/') + 1));
  }

  /** The commit's id, and whether it is new. */
  @Override
  public String toString() {
    return id + (changed ? "" : " (nothing had changed)");
  }
}
