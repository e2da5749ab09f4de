package dev.afina.examples.api;

/**
 * What one request may ask for; more is refused before the model sees it.
 *
 * @param bodyBytes the longest body
 * @param texts how many texts in a list
 * @param characters the longest text, in UTF-16 units
 * @param lists how many lists are computed at once; single texts have the model's own limit
 */
public record ApiLimits(int bodyBytes, int texts, int characters, int lists) {
  /** 1 MiB, 64 texts of 20,000 characters, 8 lists at once. */
  public static final ApiLimits STANDARD = new ApiLimits(1 << 20, 64, 20_000, 8);

  /** Checks the numbers. */
  public ApiLimits {
    requirePositive("bodyBytes", bodyBytes);
    requirePositive("texts", texts);
    requirePositive("characters", characters);
    requirePositive("lists", lists);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected 1 or more, got " + value);
    }
  }
}
