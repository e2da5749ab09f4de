package dev.afina.tokenization;

import java.io.IOException;
import java.util.Optional;

/** Finds the vocabulary among the files of a checkpoint and opens the tokenizer. */
final class TokenizerLoader {

  private TokenizerLoader() {}

  /** Opens the tokenizer of these files; see {@link Tokenizer#load(TokenizerFiles)}. */
  static Tokenizer load(TokenizerFiles files) throws IOException {
    Settings settings = Settings.read(files);
    Optional<byte[]> json = JsonFile.bytes(files, TokenizerJson.FILE);
    if (json.isPresent()) {
      byte[] own = json.get().clone(); // kept until it is saved
      return open(
          () -> TokenizerContent.parse(JsonFile.text(own, TokenizerJson.FILE), TokenizerJson.FILE),
          TokenizerJson.FILE,
          settings);
    }
    if (settings.family().isUnigram()) {
      return loadSentencePiece(files, settings);
    }
    Optional<String> vocabTxt = JsonFile.text(files, VocabularyFiles.VOCAB_TXT);
    if (vocabTxt.isPresent()) {
      Settings wordPiece = VocabularyFiles.wordPieceSettings(settings);
      return open(
          () -> VocabularyFiles.wordPiece(vocabTxt.get(), wordPiece),
          VocabularyFiles.VOCAB_TXT,
          wordPiece);
    }
    Optional<String> vocabJson = JsonFile.text(files, VocabularyFiles.VOCAB_JSON);
    Optional<String> merges = JsonFile.text(files, VocabularyFiles.MERGES);
    if (vocabJson.isPresent() && merges.isPresent()) {
      Settings byteLevel = VocabularyFiles.byteLevelSettings(settings);
      return open(
          () -> VocabularyFiles.byteLevelBpe(vocabJson.get(), merges.get(), byteLevel),
          VocabularyFiles.VOCAB_JSON,
          byteLevel);
    }
    throw new IOException(
        "no tokenizer: expected tokenizer.json, or vocab.txt, or vocab.json with merges.txt"
            + (vocabJson.isPresent() ? "; merges.txt is missing" : "")
            + (merges.isPresent() ? "; vocab.json is missing" : "")
            + SentencePieceFiles.unread(files));
  }

  private static Tokenizer loadSentencePiece(TokenizerFiles files, Settings settings)
      throws IOException {
    String file = settings.family().vocabularyFile();
    Optional<byte[]> bytes = JsonFile.bytes(files, file);
    if (bytes.isEmpty()) {
      throw new IOException(
          "no tokenizer: expected tokenizer.json, or the "
              + file
              + " that "
              + settings.family().className()
              + " reads");
    }
    byte[] own = bytes.get().clone(); // kept until it is saved
    SentencePieceFiles model = new SentencePieceFiles(own, settings);
    return open(
        model.content(),
        () -> new SentencePieceFiles(own, settings).content(),
        file,
        model.settings());
  }

  /** Reads the content of a tokenizer from bytes in memory. */
  private interface Content {
    TokenizerContent read() throws IOException;
  }

  private static Tokenizer open(Content content, String file, Settings settings)
      throws IOException {
    return open(content.read(), content, file, settings);
  }

  private static Tokenizer open(
      TokenizerContent content, Content again, String file, Settings settings) throws IOException {
    return new Tokenizer(
        new TokenizerJson(content, file, settings),
        new TokenizerText(() -> new TokenizerJson(again.read(), file, settings)),
        file);
  }
}
