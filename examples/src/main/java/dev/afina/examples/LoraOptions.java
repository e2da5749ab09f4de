package dev.afina.examples;

import dev.afina.Lora;
import dev.afina.TextModel;
import dev.afina.internal.checkpoint.AtomicFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Training of low-rank updates in place of all weights. */
final class LoraOptions {
  @Option(
      names = "--lora",
      paramLabel = "RANK",
      description =
          "Train low-rank updates of this rank and the head, in place of all weights; 8 is usual."
              + " Default: off")
  private @Nullable Integer rank;

  @Option(
      names = "--lora-alpha",
      paramLabel = "ALPHA",
      description = "What the updates are scaled with, before the rank divides it. Default: 8")
  private @Nullable Double alpha;

  @Option(
      names = "--lora-dropout",
      paramLabel = "RATE",
      description = "Share of the updates' inputs that is dropped in training. Default: 0")
  private @Nullable Double dropout;

  @Option(
      names = "--lora-targets",
      paramLabel = "NAME",
      split = ",",
      description =
          "The layers that get an update, by the ends of their names, or all-linear. Default: what"
              + " makes queries and values")
  private String @Nullable [] targets;

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "Save what --lora trained as PEFT's adapter, too, without the base.")
  private @Nullable Path adapter;

  /**
   * What to train; empty for all weights.
   *
   * @throws IllegalArgumentException for a value out of range, or without {@code --lora}
   */
  Optional<Lora> updates() {
    if (rank == null) {
      if (alpha != null || dropout != null || targets != null || adapter != null) {
        throw new IllegalArgumentException(
            "--lora-alpha, --lora-dropout, --lora-targets and --adapter need --lora RANK");
      }
      return Optional.empty();
    }
    Lora updates = Lora.rank(rank);
    if (alpha != null) {
      updates = updates.alpha(alpha);
    }
    if (dropout != null) {
      updates = updates.dropout(dropout);
    }
    return Optional.of(targets == null ? updates : updates.targetModules(targets));
  }

  /** Whether an adapter is asked for. */
  boolean saves() {
    return adapter != null;
  }

  /** Whether the adapter is to go to this folder. */
  boolean savesTo(Path folder) {
    return adapter != null && absolute(adapter).equals(absolute(folder));
  }

  /** Throws if one of the folders of adapter and model is in the other, where a save fails. */
  void requireApart(Path output) {
    if (adapter == null) {
      return;
    }
    requireOutside("--adapter", adapter, "--output", output);
    requireOutside("--output", output, "--adapter", adapter);
  }

  private static void requireOutside(String inner, Path folder, String outer, Path other) {
    if (absolute(folder).startsWith(absolute(other))) {
      throw new IllegalArgumentException(
          "%s %s is in %s %s, which holds a model and no other folder; name a folder outside it"
              .formatted(inner, folder, outer, other));
    }
  }

  private static Path absolute(Path folder) {
    return folder.toAbsolutePath().normalize();
  }

  /** Finds out before hours of training whether the adapter can be saved where it is to go. */
  void prepare() throws IOException {
    if (adapter != null) {
      AtomicFolder.prepare(adapter);
    }
  }

  /** Saves the adapter where one is asked for. */
  void save(TextModel<?, ?> model) throws IOException {
    if (adapter != null) {
      model.saveAdapter(adapter);
    }
  }
}
