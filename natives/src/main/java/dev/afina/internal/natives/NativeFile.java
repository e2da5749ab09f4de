package dev.afina.internal.natives;

import java.net.URL;

/**
 * A native library in a jar.
 *
 * @param name of the file, without folders
 * @param source where the class path has it
 */
public record NativeFile(String name, URL source) {
  /** Checks the name. */
  public NativeFile {
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new IllegalArgumentException("a library's name is a plain file name, got: " + name);
    }
  }
}
