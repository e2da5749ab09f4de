package dev.afina.tokenization;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A safe wrapper of Hugging Face's Rust tokenizer, called through DJL's native methods. It is built
 * on first use; for pipelines that {@link JavaTokenizer} runs, that is when something is decoded.
 *
 * <p>DJL's own HuggingFaceTokenizer is not used, because it truncates and pads by its own settings,
 * copies nine arrays per text, and sends telemetry when it is created. A failed assertion in the
 * Rust code ends the JVM, so it must never see anything that it cannot handle: no null, no unpaired
 * surrogate, no template that refers to missing tokens (see {@link TokenizerJson}), and no freed
 * handle. A lock ensures the last: many threads may encode at a time, and closing waits for them.
 */
final class NativeTokenizer {

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final TokenizerText json;
  private final String fileName;
  private volatile boolean closed;
  private volatile long handle; // 0 until it is built, and once closed

  /**
   * A tokenizer that is not built yet.
   *
   * @param json the text of a checked tokenizer.json
   * @param fileName the file's name in messages
   */
  NativeTokenizer(TokenizerText json, String fileName) {
    this.json = json;
    this.fileName = fileName;
  }

  /** Builds the native tokenizer unless it exists. */
  synchronized void build() throws IOException {
    if (handle != 0) {
      return;
    }
    TokenizersLibrary library = RustLibrary.get();
    try {
      handle = library.createTokenizerFromString(json.get());
    } catch (RuntimeException e) {
      throw new IOException(
          fileName
              + ": not a tokenizer that the tokenizers library can build: "
              + Quoted.of(e.getMessage()),
          e);
    }
  }

  /**
   * Encodes with special tokens.
   *
   * @param text well-formed text
   * @param pair well-formed text or null
   */
  Tokens encode(String text, @Nullable String pair, boolean withPlaces) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      long tokenizer = open();
      TokenizersLibrary library = RustLibrary.get();
      long encoding =
          pair == null
              ? library.encode(tokenizer, text, true)
              : library.encodeDual(tokenizer, text, pair, true);
      try {
        Tokens tokens =
            new Tokens(
                ints(library.getTokenIds(encoding)),
                bytes(library.getTypeIds(encoding)),
                bytes(library.getSequenceIds(encoding)),
                null);
        return withPlaces
            ? tokens.with(
                places(
                    tokens,
                    library.getTokenCharSpans(encoding),
                    ints(library.getWordIds(encoding)),
                    text,
                    pair))
            : tokens;
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      reading.unlock();
    }
  }

  String decode(long[] ids, boolean skipSpecialTokens) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      return RustLibrary.get().decode(open(), ids, skipSpecialTokens);
    } finally {
      reading.unlock();
    }
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this Tokenizer is closed");
    }
  }

  void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      closed = true;
      if (handle != 0) {
        RustLibrary.get().deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      writing.unlock();
    }
  }

  private long open() {
    checkOpen();
    if (handle == 0) {
      try {
        build();
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return handle;
  }

  /** Converts the library's spans from code points to chars. */
  private static Tokens.Places places(
      Tokens tokens, @Nullable CharSpan[] spans, int[] words, String text, @Nullable String pair) {
    int[][] charIndexes = {
      WellFormed.charIndexes(text), pair == null ? new int[0] : WellFormed.charIndexes(pair)
    };
    int[] offsets = new int[2 * spans.length];
    for (int i = 0; i < spans.length; i++) {
      CharSpan span = spans[i];
      if (span != null && tokens.sequences()[i] >= 0) {
        int sequence = tokens.sequences()[i];
        int[] indexes = charIndexes[sequence];
        int end = sequence == 0 || pair == null ? text.length() : pair.length();
        offsets[2 * i] = charIndex(indexes, span.getStart(), end);
        offsets[2 * i + 1] = charIndex(indexes, span.getEnd(), end);
      }
    }
    return new Tokens.Places(offsets, words);
  }

  /** The library counts the suffix of a word that falls back to bytes, so beyond the text. */
  private static int charIndex(int[] charIndexes, int codePoint, int end) {
    return charIndexes.length == 0
        ? Math.min(codePoint, end)
        : charIndexes[Math.min(codePoint, charIndexes.length - 1)];
  }

  private static int[] ints(long[] numbers) {
    int[] ints = new int[numbers.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) numbers[i];
    }
    return ints;
  }

  private static byte[] bytes(long[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) numbers[i];
    }
    return bytes;
  }
}
