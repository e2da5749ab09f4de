package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.List;

/** What a row is to teach: one label, a list of labels, or numbers. */
sealed interface Target {

  /** One label of several that exclude each other. */
  record One(String label) implements Target {
    public One {
      if (label.isBlank()) {
        throw new IllegalArgumentException(
            "label %s is blank; a text without a label is Example.of(text)"
                .formatted(Excerpt.quoted(label)));
      }
    }

    @Override
    public String toString() {
      return "label=" + label;
    }
  }

  /** All labels that fit; none of them where the list is empty. */
  record Several(List<String> labels) implements Target {
    public Several {
      labels = Labels.distinct("labels", labels);
    }

    @Override
    public String toString() {
      return "labels=" + labels;
    }
  }

  /** Numbers to predict. */
  record Numbers(List<Double> values) implements Target {
    public Numbers {
      if (values.isEmpty()) {
        throw new IllegalArgumentException("values: none given, expected at least one number");
      }
      for (int i = 0; i < values.size(); i++) {
        if (!Double.isFinite(values.get(i))) {
          throw new IllegalArgumentException(
              "values: number %s is %s, expected a finite one".formatted(i, values.get(i)));
        }
      }
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return "values=" + values;
    }
  }
}
