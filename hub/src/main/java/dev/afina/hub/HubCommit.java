package dev.afina.hub;

import java.net.URI;
import java.util.Optional;

/** What an upload left in the repository. Immutable. */
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

  /** The commit: the new one, or the newest one there was when nothing had changed. */
  public String id() {
    return id;
  }

  /** Where people can look at it. */
  public URI page() {
    return page;
  }

  /** The pull request's page, when one was opened. */
  public Optional<URI> pullRequest() {
    return pullRequest;
  }

  /** Whether there is a new commit. */
  public boolean changed() {
    return changed;
  }

  /** The revision of the pull request, {@code refs/pr/N}; empty when none was opened. */
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
