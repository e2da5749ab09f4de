package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that only reads data carries neither the engine nor the tokenizers. */
class ClassPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ai.djl.ndarray.NDArray",
        "ai.djl.pytorch.engine.PtEngine",
        "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer",
        "dev.afina.Classifier",
        "dev.afina.tokenization.Tokenizer"
      })
  void classPath_isWithoutTensors(String name) {
    assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(name));
  }
}
