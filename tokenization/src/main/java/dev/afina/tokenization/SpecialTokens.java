package dev.afina.tokenization;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The ids of the tokens that a model gives a meaning of its own. Each is empty when the tokenizer
 * has none; two may be one (RoBERTa's bos is its cls, and its eos its sep). Immutable.
 */
public final class SpecialTokens {

  /** The roles, with their names in tokenizer_config.json. */
  enum Role {
    BOS,
    EOS,
    UNK,
    SEP,
    PAD,
    CLS,
    MASK;

    String key() {
      return switch (this) {
        case BOS -> "bos_token";
        case EOS -> "eos_token";
        case UNK -> "unk_token";
        case SEP -> "sep_token";
        case PAD -> "pad_token";
        case CLS -> "cls_token";
        case MASK -> "mask_token";
      };
    }
  }

  private final Map<Role, Integer> ids;

  SpecialTokens(Map<Role, Integer> ids) {
    this.ids = new EnumMap<>(Role.class);
    this.ids.putAll(ids);
  }

  /**
   * Fills the places after a shorter text in a batch: [PAD], {@code <pad>}.
   *
   * @return its id
   */
  public OptionalInt pad() {
    return id(Role.PAD);
  }

  /**
   * Stands first; a classifier reads its hidden state: [CLS], {@code <s>}.
   *
   * @return its id
   */
  public OptionalInt cls() {
    return id(Role.CLS);
  }

  /**
   * Ends a text and stands between two: [SEP], {@code </s>}.
   *
   * @return its id
   */
  public OptionalInt sep() {
    return id(Role.SEP);
  }

  /**
   * Stands for what the vocabulary cannot spell: [UNK], {@code <unk>}.
   *
   * @return its id
   */
  public OptionalInt unk() {
    return id(Role.UNK);
  }

  /**
   * Stands for a hidden token in masked language modelling: [MASK], {@code <mask>}.
   *
   * @return its id
   */
  public OptionalInt mask() {
    return id(Role.MASK);
  }

  /**
   * Begins a text in models that have such a token: {@code <s>}.
   *
   * @return its id
   */
  public OptionalInt bos() {
    return id(Role.BOS);
  }

  /**
   * Ends a text in models that have such a token: {@code </s>}.
   *
   * @return its id
   */
  public OptionalInt eos() {
    return id(Role.EOS);
  }

  OptionalInt id(Role role) {
    Integer id = ids.get(role);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
