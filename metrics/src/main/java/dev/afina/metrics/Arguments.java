package dev.afina.metrics;

/** The checks that all metrics share, each with its one-line message. */
final class Arguments {
  private Arguments() {}

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
