package dev.afina.internal.natives;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where native libraries are kept: {@code -Dafina.nativeFolder} or {@code AFINA_NATIVE_FOLDER};
 * else {@code afina} in the folder that DJL's ENGINE_CACHE_DIR or DJL_CACHE_DIR names; else {@code
 * .cache/afina/native} in the home folder; where that cannot be written, a folder of this user's in
 * the system's temporary one.
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

  /** The first of these that is an environment variable or a system property and not empty. */
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
