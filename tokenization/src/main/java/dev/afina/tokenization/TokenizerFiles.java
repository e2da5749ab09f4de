package dev.afina.tokenization;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files of a tokenizer come from: a folder, the class path, a test.
 *
 * <p>{@link Tokenizer#load(TokenizerFiles)} asks for {@code tokenizer.json}, {@code vocab.txt},
 * {@code vocab.json}, {@code merges.txt}, {@code sentencepiece.bpe.model}, {@code spiece.model},
 * {@code spm.model}, {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code
 * added_tokens.json} and {@code config.json}, each at most once, on the calling thread; it needs
 * only one of the vocabulary forms.
 */
@FunctionalInterface
public interface TokenizerFiles {

  /**
   * The whole content of one file.
   *
   * @param name the bare file name, for example {@code tokenizer.json}
   * @return its bytes, or empty when there is no such file
   * @throws IOException when the file is there but cannot be read
   */
  Optional<byte[]> read(String name) throws IOException;

  /**
   * The files of a folder on disk.
   *
   * @param folder an existing folder; that it holds the files is looked at only when they are read
   * @return a view of the folder; nothing is kept open
   */
  static TokenizerFiles of(Path folder) {
    return name -> {
      Path file = folder.resolve(name);
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    };
  }
}
