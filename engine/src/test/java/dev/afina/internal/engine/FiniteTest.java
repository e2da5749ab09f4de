package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteTest {

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void firstNonFinite_isFoundAtEveryPlace(float other) {
    try (NDManager manager = PyTorch.newManager()) {
      for (int place : new int[] {0, 1, 63, 64, 1000, 1002}) {
        float[] values = new float[1003];
        values[place] = other;
        values[1002] = other;
        assertThat(Finite.firstNonFinite(manager.create(values))).hasValue(place);
      }
    }
  }

  @Test
  void firstNonFinite_ofFiniteNumbers_isEmpty_alsoWhereSquaresOverflow() {
    try (NDManager manager = PyTorch.newManager()) {
      assertThat(Finite.firstNonFinite(manager.create(new float[] {1, -2, 0}))).isEmpty();
      assertThat(Finite.firstNonFinite(manager.create(new float[] {Float.MAX_VALUE, -3e38f})))
          .isEmpty();
      assertThat(Finite.firstNonFinite(manager.create(new float[0]))).isEmpty();
    }
  }
}
