package dev.afina.tokenization;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relevant content of a SentencePiece model, the protobuf file that its trainer writes
 * (ModelProto in <a
 * href="https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto">its
 * schema</a>).
 *
 * @param pieces the vocabulary; the index is the id
 * @param charsmap the character map of its normalizer in base64; null if it has none
 */
record SentencePieceModel(List<Piece> pieces, @Nullable String charsmap) {

  /** The largest published vocabularies have half a million. */
  private static final int MOST_PIECES = 1_000_000;

  private static final int UNIGRAM = 1;
  private static final String[] KINDS = {"", "UNIGRAM", "BPE", "WORD", "CHAR"};

  /** The kinds of pieces that transformers treats specially. */
  private static final int CONTROL = 3;

  private static final int USER_DEFINED = 4;

  /**
   * A piece.
   *
   * @param text its letters
   * @param score the logarithm of its probability
   * @param kind type in the schema
   */
  record Piece(String text, double score, int kind) {

    /** Whether it represents no text, such as the beginning of a sequence. */
    boolean isControl() {
      return kind == CONTROL;
    }

    /** Whether it is matched in a text before all other pieces. */
    boolean isAdded() {
      return kind == CONTROL || kind == USER_DEFINED;
    }
  }

  /**
   * Reads a model.
   *
   * @throws IOException if the bytes are not a Unigram model; the message begins with the file's
   *     name
   */
  static SentencePieceModel read(byte[] bytes, String file) throws IOException {
    ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(bytes), file);
    List<Piece> pieces = new ArrayList<>();
    String charsmap = null;
    long kind = UNIGRAM;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> {
          if (pieces.size() == MOST_PIECES) {
            throw new IOException(file + ": more than " + MOST_PIECES + " pieces");
          }
          pieces.add(piece(reader.message(), file, pieces.size()));
        }
        // A message that comes twice is merged: what the second lacks stays.
        case 2 -> kind = kind(reader.message(), kind);
        case 3 -> charsmap = charsmap(reader.message(), charsmap);
        default -> reader.skip();
      }
    }
    if (kind != UNIGRAM) {
      String name = kind > 0 && kind < KINDS.length ? KINDS[(int) kind] : "of no known name";
      throw new IOException(
          file
              + ": model_type "
              + kind
              + " ("
              + name
              + "), only 1 (UNIGRAM) is read; save a tokenizer.json with transformers"
              + " (AutoTokenizer…save_pretrained) beside it");
    }
    if (pieces.isEmpty()) {
      throw new IOException(file + ": no pieces; is it a SentencePiece model?");
    }
    return new SentencePieceModel(List.copyOf(pieces), charsmap);
  }

  private static Piece piece(ProtobufReader reader, String file, int id) throws IOException {
    String text = "";
    float score = 0;
    int kind = 1;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> text = reader.string();
        case 2 -> score = reader.fixed32();
        case 3 -> kind = (int) reader.varint();
        default -> reader.skip();
      }
    }
    if (text.isEmpty() || !Float.isFinite(score)) {
      throw new IOException(
          file
              + ": piece "
              + id
              + " \""
              + Quoted.of(text)
              + "\" has score "
              + score
              + ", expected at least one character and a finite score");
    }
    return new Piece(text, score, kind);
  }

  private static long kind(ProtobufReader trainerSpec, long before) throws IOException {
    long kind = before;
    while (trainerSpec.next()) {
      if (trainerSpec.field() == 3) {
        kind = trainerSpec.varint();
      } else {
        trainerSpec.skip();
      }
    }
    return kind;
  }

  private static @Nullable String charsmap(ProtobufReader normalizerSpec, @Nullable String before)
      throws IOException {
    String charsmap = before;
    while (normalizerSpec.next()) {
      if (normalizerSpec.field() == 2) {
        ByteBuffer bytes = normalizerSpec.bytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        charsmap = copy.length == 0 ? null : Base64.getEncoder().encodeToString(copy);
      } else {
        normalizerSpec.skip();
      }
    }
    return charsmap;
  }
}
