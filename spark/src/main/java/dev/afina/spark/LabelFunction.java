package dev.afina.spark;

import java.io.IOException;
import org.apache.spark.sql.api.java.UDF1;
import org.jspecify.annotations.Nullable;

/** An SQL function that returns the label of a text. */
final class LabelFunction implements UDF1<String, @Nullable String> {
  private static final long serialVersionUID = 1;

  private final SharedModels.Key model;

  LabelFunction(SharedModels.Key model) {
    this.model = model;
  }

  @Override
  public @Nullable String call(@Nullable String text) throws IOException {
    if (text == null) {
      return null;
    }
    try (SharedModels.Lease lease = SharedModels.lease(model)) {
      return lease.model().predict(text).decision().label().orElse(null);
    }
  }
}
