package dev.afina.internal.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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

  /**
   * The folder, which need not be there.
   *
   * @throws IOException where one was named whose name this JVM cannot write, or a user without
   *     name and home folder cannot write the temporary folder
   */
  static Path locate() throws IOException {
    String chosen = firstSet("afina.nativeFolder", "AFINA_NATIVE_FOLDER");
    if (chosen != null) {
      return named(chosen);
    }
    String ofDjl = firstSet("ENGINE_CACHE_DIR", "DJL_CACHE_DIR");
    if (ofDjl != null) {
      return named(ofDjl).resolve("afina");
    }
    String home = System.getProperty("user.home");
    Path inHome = inHome(home);
    if (inHome != null) {
      return inHome;
    }
    String name = System.getProperty("user.name");
    // A user without a name, as containers have, must not find the folder of another one.
    String user =
        name.equals("?") && FolderTrust.canBeChecked()
            ? Integer.toString(FolderTrust.ownUid())
            : name.replaceAll("[^A-Za-z0-9._-]", "_");
    Path inTemp = Path.of(System.getProperty("java.io.tmpdir"), "afina-" + user);
    log.warn(
        "the home folder {} cannot be written, native libraries go to {}; {}",
        home.replaceAll("\\p{Cntrl}", "?"),
        inTemp,
        WAY_OUT);
    return inTemp;
  }

  private static Path named(String folder) throws IOException {
    try {
      return Path.of(folder);
    } catch (InvalidPathException e) {
      throw new IOException(
          "the folder for native libraries "
              + folder
              + " has a name that cannot be written in "
              + System.getProperty("sun.jnu.encoding")
              + "; set LC_ALL to a locale of UTF-8, or "
              + WAY_OUT,
          e);
    }
  }

  /** The folder in the home folder; null where it cannot be made there. */
  private static @Nullable Path inHome(String name) {
    try {
      Path home = Path.of(name);
      Path inHome = home.resolve(".cache").resolve("afina").resolve("native");
      boolean usable =
          Files.isDirectory(inHome) || (Files.isDirectory(home) && Files.isWritable(home));
      return usable ? inHome : null;
    } catch (InvalidPathException e) {
      return null; // letters that file names cannot have in this locale: /home/josé without UTF-8
    }
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
