package dev.afina.tokenization;

import java.util.List;

/**
 * The special tokens around a text, or around a text and its pair: a template ready to be filled.
 * Immutable.
 */
final class TextTemplate {

  private static final int TEXT = -1;
  private static final int PAIR = -2;

  private final int[] slots; // an id, TEXT or PAIR
  private final byte[] typeIds;

  /**
   * A template.
   *
   * @param pieces as in {@link Templates}: {@code 101:0}, {@code A:0}
   */
  TextTemplate(List<String> pieces) {
    slots = new int[pieces.size()];
    typeIds = new byte[slots.length];
    for (int i = 0; i < slots.length; i++) {
      int colon = pieces.get(i).indexOf(':');
      String slot = pieces.get(i).substring(0, colon);
      slots[i] = slot.equals("A") ? TEXT : slot.equals("B") ? PAIR : Integer.parseInt(slot);
      typeIds[i] = Byte.parseByte(pieces.get(i).substring(colon + 1));
    }
  }

  int size() {
    return slots.length;
  }

  /** The id of the token at a slot; negative where a text stands. */
  int id(int slot) {
    return slots[slot];
  }

  byte typeId(int slot) {
    return typeIds[slot];
  }

  /** 0 where the text stands, 1 where its pair does, -1 for a special token. */
  int sequence(int slot) {
    return slots[slot] == TEXT ? 0 : slots[slot] == PAIR ? 1 : -1;
  }
}
