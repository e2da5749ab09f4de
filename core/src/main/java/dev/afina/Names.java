package dev.afina;

/** Names that users give. */
final class Names {
  private Names() {}

  /** Refuses a name that says nothing. */
  static String requireName(String what, String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException(
          what + ": expected a name, got " + (name == null ? "null" : "a blank one"));
    }
    return name;
  }
}
