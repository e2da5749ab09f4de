package dev.afina.internal.engine;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** Counts the native arrays of the whole process, for leak tests. */
public final class LiveArrays {

  private LiveArrays() {}

  /** Arrays not yet closed, in all managers. */
  public static int count() {
    try (NDManager root = PyTorch.newManager()) {
      return count(root.getParentManager());
    }
  }

  private static int count(NDManager manager) {
    int count = 0;
    for (Object resource : resources(manager).values()) {
      if (resource instanceof NDArray) {
        count++;
      } else if (resource instanceof NDManager child) {
        count += count(child);
      }
    }
    return count;
  }

  private static Map<?, ?> resources(NDManager manager) {
    try {
      Field field = BaseNDManager.class.getDeclaredField("resources");
      field.setAccessible(true);
      return (Map<?, ?>) field.get(manager);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("DJL's BaseNDManager has changed; count its resources anew", e);
    }
  }
}
