package dev.afina.benchmarks.parts;

import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** MiniLM from the class path, and texts for it. */
final class MiniLm {
  private static final String CHECKPOINT = "classpath:all-minilm-l6-v2.onnx";
  private static final int LABELS = 4;
  private static final List<String> WORDS =
      List.of("the", "train", "was", "late", "again", "and", "nobody", "told", "us", "why");

  private MiniLm() {}

  static Model model() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open(CHECKPOINT)) {
      return ModelLoader.load(files, LABELS, ModelLoader.HeadWeights.KEPT, 42);
    }
  }

  static Tokenizer tokenizer() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open(CHECKPOINT)) {
      return Tokenizer.load(files::read);
    }
  }

  /** Texts of so many words, each a token. */
  static List<TextPair> texts(int count, int words) {
    Random random = new Random(42);
    return Stream.generate(() -> new TextPair(text(random, words), null)).limit(count).toList();
  }

  static List<Encoding> encodings(int count, int words) throws IOException {
    try (Tokenizer tokenizer = tokenizer()) {
      return tokenizer.encodeAll(texts(count, words), words + tokenizer.specialTokensOfText());
    }
  }

  private static String text(Random random, int words) {
    return String.join(
        " ", Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size()))).limit(words).toList());
  }
}
