package dev.afina.tokenization;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Provides the files of a tokenizer from a folder, the class path or a test.
 *
 * <p>{@link Tokenizer#load(TokenizerFiles)} may ask for {@code tokenizer.json}, {@code vocab.txt},
 * {@code vocab.json}, {@code merges.txt}, {@code sentencepiece.bpe.model}, {@code spiece.model},
 * {@code spm.model}, {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code
 * added_tokens.json} and {@code config.json}, each at most once, on the calling thread. Only one
 * kind of vocabulary is needed.
 */
@FunctionalInterface
public interface TokenizerFiles {

  /**
   * The whole content of one file.
   *
   * @param name the bare file name, for example {@code tokenizer.json}
   * @return its bytes; empty if there is no such file
   * @throws IOException if the file exists but cannot be read
   */
  Optional<byte[]> read(String name) throws IOException;

  /**
   * The files of a folder on disk.
   *
   * @param folder an existing folder; its files are not checked before they are read
   * @return the files of the folder; nothing is kept open
   */
  static TokenizerFiles of(Path folder) {
    return name -> {
      Path file = folder.resolve(name);
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    };
  }
}
