package dev.afina.internal.natives;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder for native libraries, the first of: {@code -Dafina.nativeFolder} or {@code
 * AFINA_NATIVE_FOLDER}; {@code afina} in the folder that DJL's ENGINE_CACHE_DIR or DJL_CACHE_DIR
 * names; {@code .cache/afina/native} in the home folder; or, if that cannot be written, this user's
 * own folder in the system's temporary folder.
 */
final class CacheFolder {
  private static final Logger log = LoggerFactory.getLogger(CacheFolder.class);

  static final String WAY_OUT =
      "name a folder of your own with -Dafina.nativeFolder=FOLDER or AFINA_NATIVE_FOLDER";

  private CacheFolder() {}

  static Path locate() {
    String chosen = firstSet("afina.nativeFolder", "AFINA_NATIVE_FOLDER");
    if (chosen != null) {
      return Path.of(chosen);
    }
    String ofDjl = firstSet("ENGINE_CACHE_DIR", "DJL_CACHE_DIR");
    if (ofDjl != null) {
      return Path.of(ofDjl, "afina");
    }
    Path home = Path.of(System.getProperty("user.home"));
    Path inHome = home.resolve(".cache").resolve("afina").resolve("native");
    if (Files.isDirectory(inHome) || (Files.isDirectory(home) && Files.isWritable(home))) {
      return inHome;
    }
    String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
    Path inTemp = Path.of(System.getProperty("java.io.tmpdir"), "afina-" + user);
    log.warn(
        "the home folder {} cannot be written, native libraries go to {}; {}",
        home,
        inTemp,
        WAY_OUT);
    return inTemp;
  }

  /** The first of these environment variables or system properties that is set and not empty. */
  private static @Nullable String firstSet(String... names) {
    for (String name : names) {
      for (String value : new String[] {System.getenv(name), System.getProperty(name)}) {
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
    }
    return null;
  }
}
