package dev.afina.internal.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What can come out of a pickle that holds tensors. Data only: no value here is able to do
 * anything.
 *
 * <p>A pickle may put values into each other without end, so nobody walks through them, prints them
 * or compares them as a whole.
 */
sealed interface Pickled {
  /** What the value is, for a message. */
  String kind();

  /** Python's None. */
  enum None implements Pickled {
    NONE;

    @Override
    public String kind() {
      return "None";
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Pickled {
    @Override
    public String kind() {
      return "a truth value";
    }
  }

  /** A whole number. */
  record Int(long value) implements Pickled {
    @Override
    public String kind() {
      return "a number";
    }
  }

  /** A string. */
  record Text(String value) implements Pickled {
    @Override
    public String kind() {
      return "a text";
    }
  }

  /** A tuple. */
  record Tuple(List<Pickled> values) implements Pickled {
    public Tuple {
      values = List.copyOf(values);
    }

    @Override
    public String kind() {
      return "a tuple";
    }
  }

  /** A dictionary whose keys are texts; it grows while the pickle is read. */
  final class Dict implements Pickled {
    private final Map<String, Pickled> values = new LinkedHashMap<>();

    Map<String, Pickled> values() {
      return values;
    }

    @Override
    public String kind() {
      return "a dictionary";
    }
  }

  /** The functions that a pickle of tensors calls, each of which makes one of the values here. */
  enum Function implements Pickled {
    ORDERED_DICT,
    REBUILD_TENSOR,
    REBUILD_PARAMETER;

    @Override
    public String kind() {
      return "a function";
    }
  }

  /** The class of a storage, which names its element type. */
  record StorageType(DType dtype) implements Pickled {
    @Override
    public String kind() {
      return "a type";
    }
  }

  /**
   * The numbers that tensors look at, as they lie in an entry of the archive.
   *
   * @param key the entry's name
   * @param elements how many, 0 or more
   */
  record Storage(String key, DType dtype, long elements) implements Pickled {
    @Override
    public String kind() {
      return "a storage";
    }
  }

  /** A tensor; whether its numbers fit its storage is not checked yet. */
  record Tensor(TorchView view) implements Pickled {
    @Override
    public String kind() {
      return "a tensor";
    }
  }
}
