package dev.afina.spark;

import dev.afina.Prediction;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Scores the rows of a partition, a few hundred at a time, so that memory does not depend on the
 * size of the partition.
 */
final class PartitionScorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  /** Beyond a few hundred rows, larger batches are not faster. */
  private static final int MOST_ROWS = 512;

  private static final int MOST_CHARS = 1_000_000;

  private final ScoringPlan plan;
  private final LongAccumulator texts;

  PartitionScorer(ScoringPlan plan, LongAccumulator texts) {
    this.plan = plan;
    this.texts = texts;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator(); // no model for nothing
    }
    SharedModels.Lease lease = SharedModels.lease(plan.model());
    TaskContext context = TaskContext.get();
    if (context != null) {
      context.addTaskCompletionListener(
          (TaskCompletionListener) ended -> lease.close()); // also where nobody reads to the end
    }
    return new Scored(rows, lease);
  }

  private final class Scored implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final SharedModels.Lease lease;
    private Iterator<Row> ready = Collections.emptyIterator();

    Scored(Iterator<Row> rows, SharedModels.Lease lease) {
      this.rows = rows;
      this.lease = lease;
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext() && rows.hasNext()) {
        ready = scored(some()).iterator();
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.next();
    }

    private List<Row> some() {
      List<Row> some = new ArrayList<>();
      long chars = 0;
      while (some.size() < MOST_ROWS && chars < MOST_CHARS && rows.hasNext()) {
        Row row = rows.next();
        String text = row.getString(plan.text());
        chars += text == null ? 0 : text.length();
        some.add(row);
      }
      return some;
    }

    private List<Row> scored(List<Row> some) {
      List<Example> examples = new ArrayList<>();
      for (Row row : some) {
        @Nullable Example example = example(row);
        if (example != null) {
          examples.add(example);
        }
      }
      Iterator<Prediction> predictions =
          examples.isEmpty()
              ? Collections.emptyIterator()
              : lease.model().predict(Dataset.of(examples)).iterator();
      texts.add(examples.size());
      List<Row> scored = new ArrayList<>(some.size());
      for (Row row : some) {
        if (example(row) != null) {
          scored.add(extended(row, plan.values(predictions.next())));
        } else if (plan.nulls() == ScoringPlan.Nulls.KEEP) {
          scored.add(extended(row, Collections.nCopies(plan.outputs().size(), null)));
        }
      }
      return scored;
    }

    /** Null where a text is. */
    private @Nullable Example example(Row row) {
      String text = row.getString(plan.text());
      String pair = plan.pair() < 0 ? null : row.getString(plan.pair());
      if (text == null || (plan.pair() >= 0 && pair == null)) {
        if (plan.nulls() == ScoringPlan.Nulls.ERROR) {
          throw new UncheckedIOException(
              new IOException("a text is null; setHandleInvalid(\"keep\") or (\"skip\")"));
        }
        return null;
      }
      return pair == null ? Example.of(text) : Example.ofPair(text, pair);
    }

    private Row extended(Row row, List<? extends @Nullable Object> values) {
      Object[] all = new Object[row.length() + values.size()];
      for (int i = 0; i < row.length(); i++) {
        all[i] = row.get(i);
      }
      for (int i = 0; i < values.size(); i++) {
        all[row.length() + i] = values.get(i);
      }
      return RowFactory.create(all);
    }
  }
}
