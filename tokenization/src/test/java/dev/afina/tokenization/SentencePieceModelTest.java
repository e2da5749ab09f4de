package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.afina.tokenization.SentencePieceModel.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The wire format, written by hand. */
class SentencePieceModelTest {

  private static final String FILE = "spiece.model";

  @Test
  void pieces_haveTextScoreAndKind() throws IOException {
    SentencePieceModel model = read(piece("<unk>", 0, 2), piece("▁a", -1.5f, 1), piece("x", -2, 4));
    assertThat(model.pieces())
        .containsExactly(new Piece("<unk>", 0, 2), new Piece("▁a", -1.5, 1), new Piece("x", -2, 4));
    assertThat(model.pieces().get(2).isAdded()).isTrue();
    assertThat(model.pieces().get(2).isControl()).isFalse();
    assertThat(model.charsmap()).isNull();
  }

  @Test
  void messageThatComesTwice_isMerged() throws IOException {
    byte[] named = message(3, bytes(1, "nmt_nfkc".getBytes(StandardCharsets.UTF_8)));
    byte[] mapped = message(3, bytes(2, new byte[] {1, 2, 3}));
    assertThat(read(piece("a", 0, 1), mapped, named).charsmap()).isEqualTo("AQID");
    assertThat(read(named, mapped, piece("a", 0, 1)).charsmap()).isEqualTo("AQID");
  }

  @Test
  void unknownFields_ofAllWireTypes_arePassedOver() throws IOException {
    byte[] unknown =
        concat(
            new byte[] {(byte) 0xA0, 0x01, 0x05}, // 20: a number
            new byte[] {(byte) 0xA9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8}, // 21: eight bytes
            bytes(22, new byte[40]),
            new byte[] {(byte) 0xBD, 0x01, 1, 2, 3, 4}); // 23: four bytes
    assertThat(read(unknown, piece("a", 0, 1), unknown).pieces()).hasSize(1);
  }

  @Test
  void otherKindsOfModels_areRefusedByName() {
    assertBroken(
        "spiece.model: model_type 2 (BPE), only 1 (UNIGRAM) is read; save a tokenizer.json with"
            + " transformers (AutoTokenizer…save_pretrained) beside it",
        piece("a", 0, 1),
        message(2, new byte[] {0x18, 2}));
    assertBroken(
        "spiece.model: model_type 9 (of no known name), only 1 (UNIGRAM) is read; save a"
            + " tokenizer.json with transformers (AutoTokenizer…save_pretrained) beside it",
        piece("a", 0, 1),
        message(2, new byte[] {0x18, 9}));
  }

  @Test
  void brokenPieces_areRefused() {
    assertBroken("spiece.model: no pieces; is it a SentencePiece model?");
    assertBroken(
        "spiece.model: piece 1 \"b\" has score NaN, expected at least one character and a finite"
            + " score",
        piece("a", 0, 1),
        piece("b", Float.NaN, 1));
    assertBroken(
        "spiece.model: piece 0 \"\" has score 0.0, expected at least one character and a finite"
            + " score",
        message(1));
    assertBroken(
        "spiece.model: the text of field 1 is not UTF-8; expected a SentencePiece model, is the file"
            + " cut short?",
        message(1, bytes(1, new byte[] {(byte) 0xFF})));
  }

  @Test
  void filesCutShort_areRefused_wherever() throws IOException {
    byte[] whole = concat(piece("abc", -1, 1), message(2, new byte[] {0x18, 1}));
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length == piece("abc", -1, 1).length) {
        continue; // a whole model by itself
      }
      assertThatIOException()
          .isThrownBy(() -> SentencePieceModel.read(cut, FILE))
          .withMessageStartingWith("spiece.model: ")
          .withMessageEndingWith("; expected a SentencePiece model, is the file cut short?");
    }
    assertBroken(
        "spiece.model: field 1 has 100 bytes where 1 are left; expected a SentencePiece model, is the"
            + " file cut short?",
        new byte[] {0x0A, 100, 0});
    assertBroken(
        "spiece.model: field 1 has 18446744073709551615 bytes where 0 are left; expected a"
            + " SentencePiece model, is the file cut short?",
        concat(new byte[] {0x0A}, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}));
    assertBroken(
        "spiece.model: a field has number 0; expected a SentencePiece model, is the file cut short?",
        new byte[] {0x02, 0});
    assertBroken(
        "spiece.model: field 5 has wire type 3; expected a SentencePiece model, is the file cut"
            + " short?",
        new byte[] {0x2B});
  }

  private static SentencePieceModel read(byte[]... parts) throws IOException {
    return SentencePieceModel.read(concat(parts), FILE);
  }

  private static void assertBroken(String message, byte[]... parts) {
    assertThatIOException().isThrownBy(() -> read(parts)).withMessage(message);
  }

  static byte[] piece(String text, float score, int kind) {
    byte[] number =
        ByteBuffer.allocate(5)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x15)
            .putFloat(score)
            .array();
    return message(
        1, bytes(1, text.getBytes(StandardCharsets.UTF_8)), number, new byte[] {0x18, (byte) kind});
  }

  static byte[] message(int field, byte[]... parts) {
    return bytes(field, concat(parts));
  }

  private static byte[] bytes(int field, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (field < 16) {
      Family.writeBytes(out, field, content);
    } else {
      out.write(0x80 | ((field & 15) << 3) | 2);
      out.write(field >> 4);
      out.write(content.length);
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
