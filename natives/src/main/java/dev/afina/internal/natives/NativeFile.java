package dev.afina.internal.natives;

import java.net.URL;

/**
 * A native library in a jar.
 *
 * @param name the file's name, without folders
 * @param source its location on the class path
 */
public record NativeFile(String name, URL source) {
  /** Checks the name. */
  public NativeFile {
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new IllegalArgumentException("a library's name is a plain file name, got: " + name);
    }
  }
}
