package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.List;

/** What a model is to predict for a row: a label, a list of labels, or numbers. */
sealed interface Target {

  /** The one label that applies. */
  record SingleLabel(String label) implements Target {
    public SingleLabel {
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

  /** All labels that apply; empty if none does. */
  record MultiLabel(List<String> labels) implements Target {
    public MultiLabel {
      labels = Labels.distinct("labels", labels);
    }

    @Override
    public String toString() {
      return "labels=" + labels;
    }
  }

  /** The targets of a regression, one or more. */
  record Values(List<Double> values) implements Target {
    public Values {
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
