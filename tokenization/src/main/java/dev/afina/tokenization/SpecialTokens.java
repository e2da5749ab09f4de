package dev.afina.tokenization;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The ids of a tokenizer's special tokens. Each is empty if the tokenizer has no such token. Two
 * roles may have the same token: RoBERTa's bos is its cls, and its eos is its sep. Immutable and
 * thread safe.
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
   * The special tokens of a tokenizer: those that the files name; failing that, the unknown token
   * of tokenizer.json's model; failing that, the usual names.
   */
  static SpecialTokens of(TokenizerJson json, Settings settings) {
    Map<Role, Integer> ids = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      Settings.Token written = settings.special().get(role);
      if (written != null) {
        Integer id = json.vocabulary().id(written.content());
        if (id != null) {
          ids.put(role, id);
        }
        continue;
      }
      for (String candidate : candidates(role, json)) {
        Integer id = json.vocabulary().id(candidate);
        if (id != null) {
          ids.put(role, id);
          break;
        }
      }
    }
    return new SpecialTokens(ids);
  }

  private static List<String> candidates(Role role, TokenizerJson json) {
    List<String> names = new ArrayList<>();
    String usual = json.settings().family().defaults().get(role);
    if (usual != null) {
      names.add(usual);
    }
    String unknown = json.unknownToken();
    if (role == Role.UNK && unknown != null) {
      names.add(unknown);
    }
    names.addAll(
        switch (role) {
          case PAD -> List.of("[PAD]", "<pad>");
          case CLS -> List.of("[CLS]", "<s>");
          case SEP -> List.of("[SEP]", "</s>");
          case UNK -> List.of("[UNK]", "<unk>");
          case MASK -> List.of("[MASK]", "<mask>");
          case BOS -> List.of("<s>");
          case EOS -> List.of("</s>");
        });
    return names;
  }

  /**
   * Pads the shorter texts of a batch: [PAD], {@code <pad>}.
   *
   * @return its id
   */
  public OptionalInt pad() {
    return id(Role.PAD);
  }

  /**
   * The first token, whose hidden state a classifier reads: [CLS], {@code <s>}.
   *
   * @return its id
   */
  public OptionalInt cls() {
    return id(Role.CLS);
  }

  /**
   * Ends a text and separates the texts of a pair: [SEP], {@code </s>}.
   *
   * @return its id
   */
  public OptionalInt sep() {
    return id(Role.SEP);
  }

  /**
   * Replaces what the vocabulary cannot spell: [UNK], {@code <unk>}.
   *
   * @return its id
   */
  public OptionalInt unk() {
    return id(Role.UNK);
  }

  /**
   * Hides a token in masked language modelling: [MASK], {@code <mask>}.
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
