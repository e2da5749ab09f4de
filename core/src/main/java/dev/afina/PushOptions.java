package dev.afina;

import dev.afina.card.ModelCard;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubPush.Visibility;
import dev.afina.hub.ModelReference;
import dev.afina.hub.UploadListener;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Classifier#pushToHub(String, PushOptions)} uploads. The defaults are those of
 * transformers' Trainer.
 *
 * <p>Immutable: each method returns new options.
 */
public final class PushOptions {
  private static final PushOptions STANDARD =
      new PushOptions(
          null,
          null,
          Visibility.PUBLIC,
          null,
          ModelReference.DEFAULT_REVISION,
          false,
          UploadListener.NONE);

  private final @Nullable HubClient client;
  private final @Nullable ModelCard card;
  private final Visibility visibility;
  private final @Nullable String message;
  private final String revision;
  private final boolean pullRequest;
  private final UploadListener listener;

  private PushOptions(
      @Nullable HubClient client,
      @Nullable ModelCard card,
      Visibility visibility,
      @Nullable String message,
      String revision,
      boolean pullRequest,
      UploadListener listener) {
    this.client = client;
    this.card = card;
    this.visibility = visibility;
    this.message = message;
    this.revision = revision;
    this.pullRequest = pullRequest;
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /**
   * The default options: a public repository, a commit to main, and a card with what the model
   * knows.
   */
  public static PushOptions standard() {
    return STANDARD;
  }

  /** Sets the client that uploads. Default: {@link HubClient#fromEnvironment()}. */
  public PushOptions client(HubClient client) {
    Objects.requireNonNull(client, "client");
    return new PushOptions(client, card, visibility, message, revision, pullRequest, listener);
  }

  /**
   * Sets the model card. Default: a card with what the model knows, without licence and results.
   */
  public PushOptions card(ModelCard card) {
    Objects.requireNonNull(card, "card");
    return new PushOptions(client, card, visibility, message, revision, pullRequest, listener);
  }

  /**
   * Sets the visibility of a repository that is created now; that of an existing one is not
   * changed. Default: public.
   */
  public PushOptions visibility(Visibility visibility) {
    Objects.requireNonNull(visibility, "visibility");
    return new PushOptions(client, card, visibility, message, revision, pullRequest, listener);
  }

  /**
   * Sets the title of the commit. Default: {@code End of training}, or {@code Training in progress,
   * step N} for a checkpoint.
   */
  public PushOptions message(String title) {
    Objects.requireNonNull(title, "title");
    return new PushOptions(client, card, visibility, title, revision, pullRequest, listener);
  }

  /** Sets the branch to commit to; it is created from main if it does not exist. Default: main. */
  public PushOptions revision(String branch) {
    Objects.requireNonNull(branch, "branch");
    return new PushOptions(client, card, visibility, message, branch, pullRequest, listener);
  }

  /** Opens a pull request instead of committing to the branch. */
  public PushOptions pullRequest() {
    return new PushOptions(client, card, visibility, message, revision, true, listener);
  }

  /** Sets the listener of upload progress. Default: none. */
  public PushOptions listener(UploadListener listener) {
    return new PushOptions(client, card, visibility, message, revision, pullRequest, listener);
  }

  Visibility visibility() {
    return visibility;
  }

  /** The title of a commit, where the user gave none this one. */
  String title(String standard) {
    return message == null ? standard : message;
  }

  HubClient clientOrStandard() {
    return client == null ? HubClient.fromEnvironment() : client;
  }

  /** The user's card, or a new one. */
  ModelCard cardOf(String name, Supplier<ModelCard> fresh) {
    requireCardOf(name);
    return card == null ? fresh.get() : card;
  }

  /** Refuses the card of another repository. */
  void requireCardOf(String name) {
    if (card != null && !card.name().equals(name)) {
      throw new IllegalArgumentException(
          "card: is that of \"%s\", expected \"%s\"".formatted(card.name(), name));
    }
  }

  String revision() {
    return revision;
  }

  boolean isPullRequest() {
    return pullRequest;
  }

  UploadListener listener() {
    return listener;
  }
}
