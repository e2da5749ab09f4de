package dev.afina.metrics;

import java.util.ArrayList;
import java.util.List;

/** Argument checks that all metrics share, each with a one-line message. */
final class Arguments {
  private static final int SHOWN = 100;

  private Arguments() {}

  /** At least one name, none null; a copy. */
  static List<String> checkLabels(List<String> labels) {
    if (labels == null || labels.isEmpty()) {
      throw new IllegalArgumentException(
          "labels: " + (labels == null ? "null" : "empty") + ", expected one name per class");
    }
    List<String> copy = new ArrayList<>(labels);
    if (copy.contains(null)) {
      throw new IllegalArgumentException(
          "labels[" + copy.indexOf(null) + "]: null, expected the name of that class");
    }
    return List.copyOf(copy);
  }

  static void checkAveraging(Averaging averaging) {
    if (averaging == null) {
      throw new IllegalArgumentException(
          "averaging: null, expected MICRO, MACRO, WEIGHTED or SAMPLES");
    }
  }

  /** SAMPLES is for several labels per text. */
  static void checkSingleLabel(Averaging averaging) {
    if (averaging == null || averaging == Averaging.SAMPLES) {
      throw new IllegalArgumentException(
          "averaging: "
              + averaging
              + ", expected MICRO, MACRO or WEIGHTED; SAMPLES is for several labels per text");
    }
  }

  static void checkTexts(int[] texts, int size) {
    if (texts == null || texts.length == 0) {
      throw new IllegalArgumentException(
          "texts: " + (texts == null ? "null" : "empty") + ", expected at least one");
    }
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] < 0 || texts[i] >= size) {
        throw new IllegalArgumentException(
            "texts[" + i + "]: " + texts[i] + ", expected 0 to " + (size - 1));
      }
    }
  }

  /** Names for messages, cut to a readable length. */
  static String shown(List<String> names) {
    String all = names.toString();
    return all.length() <= SHOWN ? all : Text.cut(all, SHOWN);
  }

  static void checkMatrix(ConfusionMatrix matrix) {
    if (matrix == null) {
      throw new IllegalArgumentException("matrix: null, expected a ConfusionMatrix");
    }
  }

  static void checkClasses(String name, int[] classIndices, int classes) {
    if (classIndices == null || classIndices.length == 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + (classIndices == null ? "null" : "empty")
              + ", expected at least one class index");
    }
    for (int i = 0; i < classIndices.length; i++) {
      if (classIndices[i] < 0 || classIndices[i] >= classes) {
        checkClass(name + "[" + i + "]", classIndices[i], classes);
      }
    }
  }

  static int checkClass(String name, int classIndex, int classes) {
    if (classIndex < 0 || classIndex >= classes) {
      throw new IllegalArgumentException(
          name
              + ": "
              + classIndex
              + ", expected 0 to "
              + (classes - 1)
              + " for "
              + classes
              + " classes");
    }
    return classIndex;
  }

  static void checkSameLength(String name, int length, String otherName, int otherLength) {
    if (length != otherLength) {
      throw new IllegalArgumentException(
          "lengths differ: "
              + name
              + " "
              + length
              + ", "
              + otherName
              + " "
              + otherLength
              + "; give both for the same texts");
    }
  }
}
