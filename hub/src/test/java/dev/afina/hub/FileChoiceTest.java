package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileChoiceTest {
  /** Expected values are those of Python's {@code fnmatch.fnmatchcase}. */
  @ParameterizedTest
  @CsvSource({
    "*.json, config.json, true",
    "*.json, onnx/config.json, true",
    "*.json, config.JSON, false",
    "*.json, config.jsonl, false",
    "onnx/, onnx/model.onnx, true",
    "onnx/, onnx, false",
    "model-?????-of-?????.safetensors, model-00001-of-00002.safetensors, true",
    "model-?.txt, model-10.txt, false",
    "[ab].txt, a.txt, true",
    "[ab].txt, c.txt, false",
    "[!ab].txt, c.txt, true",
    "[!ab].txt, a.txt, false",
    "[a-c].txt, b.txt, true",
    "[]x].txt, ].txt, true",
    "[x, [x, true",
    "a.b, axb, false",
    "a+(b).txt, a+(b).txt, true",
    "onnx\\*.onnx, onnx/model.onnx, true",
    "[^a].txt, ^.txt, true",
    "[^a].txt, b.txt, false",
    "'', '', true",
  })
  void matching_likeFnmatch(String pattern, String path, boolean expected) {
    assertThat(FileChoice.matching(List.of(pattern), List.of()).choose(List.of(path)))
        .isEqualTo(expected ? List.of(path) : List.of());
  }

  @Test
  void matching_ignoreWinsOverAllow_andNoPatternAllowsAll() {
    List<String> paths = List.of("a.bin", "b.json", "c/d.json");

    assertThat(FileChoice.matching(List.of(), List.of()).choose(paths)).isEqualTo(paths);
    assertThat(FileChoice.matching(List.of("*.json"), List.of("c/*")).choose(paths))
        .isEqualTo(List.of("b.json"));
  }
}
