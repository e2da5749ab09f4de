package dev.afina;

import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Loads the tokenizer of a checkpoint, like transformers' {@code AutoTokenizer}:
 *
 * <pre>{@code
 * try (Tokenizer tokenizer = Tokenizers.load("distilbert-base-uncased")) {
 *   System.out.println(tokenizer.encode("A long trip to Mordor", 60));
 * }
 * }</pre>
 *
 * <p>For a model on the Hub only the tokenizer's files are downloaded. See also {@link
 * TextModel#tokenizer()} for a model that is already loaded and {@link
 * Tokenizer#load(java.nio.file.Path)} for a folder.
 */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * Loads the tokenizer of a checkpoint.
   *
   * @param reference a folder, {@code classpath:folder}, {@code classpath:model.onnx}, or {@code
   *     owner/name@revision} on the Hugging Face Hub; see {@link
   *     TextModelBuilder#checkpoint(String)}
   * @return the tokenizer; the caller closes it
   * @throws IllegalArgumentException if the reference is blank
   * @throws IOException if there is no such checkpoint, a download fails, or its tokenizer is
   *     missing or cannot be read; the message names the file
   */
  public static Tokenizer load(String reference) throws IOException {
    return load(reference, HubClient::fromEnvironment);
  }

  /**
   * Loads the tokenizer of a checkpoint, using this client if the reference names a model on the
   * Hub.
   *
   * @throws IllegalArgumentException as {@link #load(String)}
   * @throws IOException as {@link #load(String)}
   */
  public static Tokenizer load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, () -> hub);
  }

  private static Tokenizer load(String reference, Supplier<HubClient> hub) throws IOException {
    Objects.requireNonNull(reference, "reference");
    try (CheckpointFiles files = CheckpointFiles.tokenizer(reference, hub)) {
      return load(files);
    }
  }

  /** Without a name before it, a message would not say whose tokenizer.json is broken. */
  private static Tokenizer load(CheckpointFiles files) throws IOException {
    try {
      return Tokenizer.load(files::read);
    } catch (CheckpointException e) { // it names the file
      throw e;
    } catch (IOException e) {
      throw new IOException(files.description() + ": " + e.getMessage(), e);
    }
  }
}
