package dev.afina.internal.vector;

/** Whether the other classes of this package can be used. This class itself needs no module. */
public final class VectorApi {
  private static final String MODULE = "jdk.incubator.vector";

  private VectorApi() {}

  /**
   * Whether the JVM was started with {@code --add-modules jdk.incubator.vector}, and the user has
   * not set {@code -Dafina.vectors=false}.
   */
  public static boolean isThere() {
    return ModuleLayer.boot().findModule(MODULE).isPresent()
        && !"false".equals(System.getProperty("afina.vectors"));
  }
}
