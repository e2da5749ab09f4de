package dev.afina;

import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Opens the tokenizer of a checkpoint by its name, as transformers' {@code AutoTokenizer} does:
 *
 * <pre>{@code
 * try (Tokenizer tokenizer = Tokenizers.load("distilbert-base-uncased")) {
 *   System.out.println(tokenizer.encode("A long trip to Mordor", 60));
 * }
 * }</pre>
 *
 * <p>Of a model of the Hub only the files of the tokenizer are downloaded. {@link
 * TextModel#tokenizer()} gives that of a model which is loaded already, {@link
 * Tokenizer#load(java.nio.file.Path)} that of a folder.
 */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * Opens the tokenizer of a checkpoint.
   *
   * @param reference a folder, {@code classpath:folder}, {@code classpath:model.onnx}, or {@code
   *     owner/name@revision} on the Hugging Face Hub; see {@link
   *     TextModelBuilder#checkpoint(String)}
   * @return the tokenizer; the caller closes it
   * @throws IllegalArgumentException when the reference is blank
   * @throws IOException when there is no such checkpoint, a download fails, or it has no tokenizer
   *     that can be read; the message names the file
   */
  public static Tokenizer load(String reference) throws IOException {
    return load(reference, HubClient::fromEnvironment);
  }

  /**
   * Opens the tokenizer of a checkpoint, where it is one of the Hub with this client.
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
