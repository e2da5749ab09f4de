package dev.afina.robustness.mutation;

import java.util.Locale;

/**
 * How a mutation ended.
 *
 * @param detail the message of a refusal or what is wrong, in one line; empty for the others
 */
record Outcome(Kind kind, String detail) {
  /** The three good ends, and the bad one. */
  enum Kind {
    /** The result of before. */
    SAME,
    /** Another result, which can be right. */
    OTHER,
    /** One clear message. */
    REFUSED,
    /** Whatever should not be. */
    FAULT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Outcome fault(String detail) {
    return new Outcome(Kind.FAULT, detail);
  }
}
