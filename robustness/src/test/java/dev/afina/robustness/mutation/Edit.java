package dev.afina.robustness.mutation;

/** One change of a file's bytes. */
final class Edit {
  private final byte[] bytes;
  private final String description;
  private final boolean neutral;

  /**
   * Takes the bytes over: nobody writes to them.
   *
   * @param bytes the file as it is then
   * @param description what was done, in one line
   * @param neutral whether the file still means exactly the same, so that the result must stay
   */
  Edit(byte[] bytes, String description, boolean neutral) {
    this.bytes = bytes;
    this.description = description;
    this.neutral = neutral;
  }

  static Edit of(byte[] bytes, String description) {
    return new Edit(bytes, description, false);
  }

  byte[] bytes() {
    return bytes;
  }

  String description() {
    return description;
  }

  boolean neutral() {
    return neutral;
  }
}
