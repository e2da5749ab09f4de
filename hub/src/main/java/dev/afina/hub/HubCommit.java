package dev.afina.hub;

import java.net.URI;
import java.util.Optional;

/**
 * What an upload left in the repository.
 *
 * @param id the commit: the new one, or the newest one there was when nothing had changed
 * @param page where people can look at it
 * @param pullRequest the pull request's page, when one was opened
 * @param changed whether there is a new commit
 */
public record HubCommit(String id, URI page, Optional<URI> pullRequest, boolean changed) {
  /**
   * Returns the revision that holds the upload of a pull request.
   *
   * @return {@code refs/pr/N}, empty when no pull request was opened
   */
  public Optional<String> pullRequestRevision() {
    return pullRequest.map(
        page -> "refs/pr/" + page.getPath().substring(page.getPath().lastIndexOf('/') + 1));
  }
}
