package dev.afina.internal.checkpoint;

/**
 * The element types that checkpoints of encoders use, under their names in the safetensors format.
 */
public enum DType {
  /** IEEE 754 binary64. */
  F64(8),
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** The upper half of a binary32: its exponent with 7 bits of fraction. */
  BF16(2),
  /** Signed integer of 64 bits. */
  I64(8),
  /** Signed integer of 32 bits. */
  I32(4),
  /** Signed integer of 16 bits. */
  I16(2),
  /** Signed integer of 8 bits. */
  I8(1),
  /** Unsigned integer of 8 bits. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the size of one element.
   *
   * @return 1, 2, 4 or 8 bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Tells whether {@link TensorSource#floats} can give tensors of this type.
   *
   * @return true for the four floating-point types
   */
  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }
}
