package dev.afina.tokenization;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The Rust tokenizer behind DJL's natives, and all care that they need.
 *
 * <p>The natives are called directly and not through DJL's HuggingFaceTokenizer: that one truncates
 * and pads by a setting of its own, copies nine arrays per text, and reports to its makers when it
 * is created. A failed assertion in the Rust code ends the JVM, so nothing it cannot take may reach
 * it: no null, no unpaired surrogate, no handle that was freed (hence the lock: many threads may
 * encode, closing waits for them), and no template that points into nothing (see TokenizerJson).
 */
final class NativeTokenizer {

  /** 64 Mi chars: the Rust side needs some fifty bytes for each, and aborts when memory ends. */
  private static final int MAX_CHARS = 1 << 26;

  private final TokenizersLibrary library = RustLibrary.get();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final int maxChars;
  private long handle; // 0 once closed

  /**
   * Builds the tokenizer.
   *
   * @param json the text of a tokenizer.json, already checked
   * @param fileName the file to name in an error
   * @param growth how many characters normalization may make of one
   */
  NativeTokenizer(String json, String fileName, int growth) throws IOException {
    maxChars = MAX_CHARS / growth;
    try {
      handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new IOException(
          fileName
              + ": not a tokenizer that the tokenizers library can build: "
              + Quoted.of(e.getMessage()),
          e);
    }
  }

  /** What the library says of one text, before truncation. */
  static final class Raw {
    final long[] ids;
    final long[] typeIds;
    final long[] sequences; // 0 text, 1 pair, -1 added by the template
    final @Nullable Places places;

    Raw(long[] ids, long[] typeIds, long[] sequences, @Nullable Places places) {
      this.ids = ids;
      this.typeIds = typeIds;
      this.sequences = sequences;
      this.places = places;
    }

    Raw withoutPlaces() {
      return places == null ? this : new Raw(ids, typeIds, sequences, null);
    }
  }

  /** Where the tokens lie in their texts. */
  static final class Places {
    final @Nullable CharSpan[] spans; // in code points; null for template tokens
    final long[] words; // which word of its text, counted from 0

    Places(@Nullable CharSpan[] spans, long[] words) {
      this.spans = spans;
      this.words = words;
    }
  }

  /**
   * Encodes with special tokens.
   *
   * @param text well-formed text
   * @param pair well-formed text or null
   */
  Raw encode(String text, @Nullable String pair, boolean withPlaces) {
    checkLength(text);
    if (pair != null) {
      checkLength(pair);
    }
    Lock reading = lock.readLock();
    reading.lock();
    try {
      long tokenizer = open();
      long encoding =
          pair == null
              ? library.encode(tokenizer, text, true)
              : library.encodeDual(tokenizer, text, pair, true);
      try {
        return new Raw(
            library.getTokenIds(encoding),
            library.getTypeIds(encoding),
            library.getSequenceIds(encoding),
            withPlaces
                ? new Places(library.getTokenCharSpans(encoding), library.getWordIds(encoding))
                : null);
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
      return library.decode(open(), ids, skipSpecialTokens);
    } finally {
      reading.unlock();
    }
  }

  void checkOpen() {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      open();
    } finally {
      reading.unlock();
    }
  }

  void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (handle != 0) {
        library.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      writing.unlock();
    }
  }

  private long open() {
    if (handle == 0) {
      throw new IllegalStateException("this Tokenizer is closed");
    }
    return handle;
  }

  private void checkLength(String text) {
    if (text.length() > maxChars) {
      throw new IllegalArgumentException(
          "text: "
              + text.length()
              + " chars, at most "
              + maxChars
              + " can be tokenized at once; cut it first");
    }
  }
}
