package dev.afina.tokenization;

import java.util.List;

/** A template of special tokens with slots for a text, or for a text and its pair. Immutable. */
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

  /** The id of the special token at a slot; negative for the slot of a text. */
  int id(int slot) {
    return slots[slot];
  }

  byte typeId(int slot) {
    return typeIds[slot];
  }

  /** 0 for the slot of the first text, 1 for that of the second, -1 for a special token. */
  int sequence(int slot) {
    return slots[slot] == TEXT ? 0 : slots[slot] == PAIR ? 1 : -1;
  }
}
