package dev.afina.internal.natives;

import java.util.Locale;

/** The platform of this JVM, in the terms of DJL's artifacts. */
public final class HostPlatform {

  private HostPlatform() {}

  /** Such as {@code linux-x86_64}: the classifier of the native artifacts. */
  public static String classifier() {
    return classifier(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String classifier(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    String os = name.startsWith("win") ? "win" : name.startsWith("mac") ? "osx" : "linux";
    String arch = osArch.equals("amd64") ? "x86_64" : osArch.equals("arm64") ? "aarch64" : osArch;
    return os + "-" + arch;
  }
}
