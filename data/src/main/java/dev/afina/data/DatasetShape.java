package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Describes a data set in one line: number and kind of rows, labels or range of numbers. */
final class DatasetShape {
  /** At most this many labels are listed. */
  private static final int SHOWN = 12;

  private final Dataset data;

  private DatasetShape(Dataset data) {
    this.data = data;
  }

  static String of(Dataset data) {
    return data.size() == 0 ? "Dataset[0 rows (empty)]" : new DatasetShape(data).describe();
  }

  private String describe() {
    StringBuilder shape = new StringBuilder("Dataset[").append(rows(data.size()));
    long pairs = data.stream().filter(example -> example.pair() != null).count();
    if (pairs > 0) {
      shape.append(pairs == data.size() ? ", all pairs" : ", " + pairs + " of them pairs");
    }
    long numbers = targets(Target.Values.class).count();
    if (numbers > 0) {
      shape.append("; ").append(numbers());
    }
    Map<String, Integer> counts = data.classCounts();
    if (!counts.isEmpty()) {
      shape.append("; ").append(labels(counts));
    }
    long lists = targets(Target.MultiLabel.class).count();
    long none =
        targets(Target.MultiLabel.class).filter(several -> several.labels().isEmpty()).count();
    if (none > 0) {
      shape.append("; ").append(rows(none)).append(" without any label");
    }
    long unknown = data.stream().filter(example -> example.target() == null).count();
    if (unknown == data.size()) {
      shape.append("; no labels");
    } else if (unknown > 0) {
      shape.append("; ").append(unknown);
      shape.append(
          numbers > 0
              ? " without values"
              : lists > 0 ? " without a label list" : " without a label");
    }
    return shape.append(']').toString();
  }

  private <T extends Target> Stream<T> targets(Class<T> kind) {
    return data.stream().map(Example::target).filter(kind::isInstance).map(kind::cast);
  }

  private String numbers() {
    DoubleSummaryStatistics range =
        targets(Target.Values.class)
            .flatMap(numbers -> numbers.values().stream())
            .mapToDouble(value -> value)
            .summaryStatistics();
    return "values " + range.getMin() + " to " + range.getMax();
  }

  private static String labels(Map<String, Integer> counts) {
    List<String> shown = new ArrayList<>();
    counts.forEach((label, count) -> shown.add(Excerpt.of(label) + " (" + count + ")"));
    return counts.size()
        + (counts.size() == 1 ? " label: " : " labels: ")
        + String.join(", ", shown.subList(0, Math.min(SHOWN, shown.size())))
        + (shown.size() > SHOWN ? ", ... " + (shown.size() - SHOWN) + " more" : "");
  }

  private static String rows(long count) {
    return count + (count == 1 ? " row" : " rows");
  }
}
