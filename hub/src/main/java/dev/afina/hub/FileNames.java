package dev.afina.hub;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks that a file name cannot lead out of its folder, on any operating system. */
final class FileNames {
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);

  private static final int LONGEST_PART = 255;

  private FileNames() {}

  /**
   * What is wrong with a name.
   *
   * @return empty if it is a relative path of plain parts between slashes
   */
  static Optional<String> problem(String name) {
    if (name.isEmpty()) {
      return Optional.of("it is empty");
    }
    // A backslash separates folders on Windows; the rule is the same everywhere, so that a
    // repository is not safe on one machine and dangerous on another.
    if (name.indexOf('\\') >= 0) {
      return Optional.of("it has a backslash");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("it has a control character");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      return Optional.of("it has half a character (an unpaired surrogate)");
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty()) {
        return Optional.of("it is absolute or has an empty part");
      }
      if (part.equals(".") || part.equals("..")) {
        return Optional.of("it has the part \"" + part + "\"");
      }
      if (DRIVE.matcher(part).matches()) {
        return Optional.of("it has a drive letter");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
        return Optional.of("it has a part of more than " + LONGEST_PART + " bytes");
      }
    }
    return unknownHere(name);
  }

  /** Windows allows fewer characters in names, and so does Linux with the locale C. */
  private static Optional<String> unknownHere(String name) {
    try {
      return Path.of(name).isAbsolute() ? Optional.of("it is absolute") : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.of("this system has no such names (" + e.getReason() + ")");
    }
  }
}
