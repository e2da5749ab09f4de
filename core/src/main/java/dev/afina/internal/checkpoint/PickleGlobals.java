package dev.afina.internal.checkpoint;

import dev.afina.internal.checkpoint.Pickled.Function;
import dev.afina.internal.checkpoint.Pickled.StorageType;
import java.util.Map;
import java.util.Optional;

/**
 * All that a pickle may name, as {@code module.name}; everything else is refused. Who adds a line
 * makes sure that it stands for numbers and nothing else.
 */
final class PickleGlobals {
  private static final Map<String, Pickled> ALLOWED =
      Map.ofEntries(
          Map.entry("collections.OrderedDict", Function.ORDERED_DICT),
          Map.entry("torch._utils._rebuild_tensor_v2", Function.REBUILD_TENSOR),
          Map.entry("torch._utils._rebuild_parameter", Function.REBUILD_PARAMETER),
          Map.entry("torch.DoubleStorage", new StorageType(DType.F64)),
          Map.entry("torch.FloatStorage", new StorageType(DType.F32)),
          Map.entry("torch.HalfStorage", new StorageType(DType.F16)),
          Map.entry("torch.BFloat16Storage", new StorageType(DType.BF16)),
          Map.entry("torch.LongStorage", new StorageType(DType.I64)),
          Map.entry("torch.IntStorage", new StorageType(DType.I32)),
          Map.entry("torch.ShortStorage", new StorageType(DType.I16)),
          Map.entry("torch.CharStorage", new StorageType(DType.I8)),
          Map.entry("torch.ByteStorage", new StorageType(DType.U8)),
          Map.entry("torch.BoolStorage", new StorageType(DType.BOOL)));

  private PickleGlobals() {}

  static Optional<Pickled> find(String name) {
    return Optional.ofNullable(ALLOWED.get(name));
  }

  static int count() {
    return ALLOWED.size();
  }
}
