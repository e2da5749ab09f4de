package dev.afina.spark;

import dev.afina.Classifier;
import dev.afina.Prediction;
import java.io.IOException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.jspecify.annotations.Nullable;

/** An SQL function that returns the label of a text, or of two texts. */
final class LabelFunction
    implements UDF1<String, @Nullable String>, UDF2<String, String, @Nullable String> {
  private static final long serialVersionUID = 1;

  private final SharedModels.Key model;
  private final LabelChoice choice;

  LabelFunction(SharedModels.Key model, LabelChoice choice) {
    this.model = model;
    this.choice = choice;
  }

  @Override
  public @Nullable String call(@Nullable String text) throws IOException {
    return text == null ? null : label(classifier -> classifier.predict(text));
  }

  @Override
  public @Nullable String call(@Nullable String text, @Nullable String pair) throws IOException {
    return text == null || pair == null
        ? null
        : label(classifier -> classifier.predict(text, pair));
  }

  private @Nullable String label(Function<Classifier, Prediction> predict) throws IOException {
    @Nullable TaskContext task = TaskContext.get();
    if (task != null) {
      return choice.name(predict.apply(SharedModels.ofTask(model, task)));
    }
    try (SharedModels.Lease lease = SharedModels.lease(model)) { // Spark computes it on the driver
      return choice.name(predict.apply(lease.model()));
    }
  }
}
