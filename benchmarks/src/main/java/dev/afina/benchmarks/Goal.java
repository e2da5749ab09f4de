package dev.afina.benchmarks;

/**
 * What a row is to reach.
 *
 * @param value the ratio
 * @param side which side of it is good
 */
record Goal(double value, Side side) {

  /** Which ratios reach a goal. */
  enum Side {
    AT_LEAST("atLeast", "≥"),
    AT_MOST("atMost", "≤");

    private final String key;
    private final String sign;

    Side(String key, String sign) {
      this.key = key;
      this.sign = sign;
    }

    /** As JSON calls it. */
    String key() {
      return key;
    }

    /** As the table shows it. */
    String sign() {
      return sign;
    }

    /** The inverse of {@link #key()}. */
    static Side of(String key) {
      for (Side side : values()) {
        if (side.key.equals(key)) {
          return side;
        }
      }
      throw new IllegalArgumentException("goalIs: expected atLeast or atMost, got \"" + key + "\"");
    }
  }

  static Goal atLeast(double value) {
    return new Goal(value, Side.AT_LEAST);
  }

  static Goal atMost(double value) {
    return new Goal(value, Side.AT_MOST);
  }

  boolean reachedBy(double ratio) {
    return side == Side.AT_LEAST ? ratio >= value : ratio <= value;
  }
}
