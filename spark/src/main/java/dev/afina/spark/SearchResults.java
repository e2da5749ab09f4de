package dev.afina.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The results of Spark's hyperparameter searches as a DataFrame with one row per trial.
 *
 * <pre>{@code
 * SearchResults.of(spark, crossValidator.fit(rows)).orderBy(functions.desc("metric")).show();
 * }</pre>
 *
 * <p>The columns are:
 *
 * <ul>
 *   <li>{@code trial}: the number of the trial, from 0 in the order of the grid;
 *   <li>one column per param of the grid, sorted by name, null if a trial does not set it. If
 *       several stages of a pipeline have a param of the same name, the name is followed by the
 *       stage's. Numbers and booleans keep their types, other values are strings;
 *   <li>{@code metric}: the value of the evaluator as a double, for a CrossValidator the mean over
 *       its folds;
 *   <li>{@code best}: true for the trial that the search chose.
 * </ul>
 */
public final class SearchResults {
  private SearchResults() {}

  /**
   * The trials of a cross-validation. The metric is the mean over the folds.
   *
   * @throws NullPointerException if an argument is null; the message names it
   */
  public static Dataset<Row> of(SparkSession spark, CrossValidatorModel model) {
    requireGiven(spark, model);
    return of(spark, model.getEstimatorParamMaps(), model.avgMetrics(), model.getEvaluator());
  }

  /**
   * The trials of a search with a single split.
   *
   * @throws NullPointerException if an argument is null; the message names it
   */
  public static Dataset<Row> of(SparkSession spark, TrainValidationSplitModel model) {
    requireGiven(spark, model);
    return of(
        spark, model.getEstimatorParamMaps(), model.validationMetrics(), model.getEvaluator());
  }

  private static void requireGiven(SparkSession spark, Model<?> model) {
    Objects.requireNonNull(spark, "spark: null, expected the session that makes the DataFrame");
    Objects.requireNonNull(model, "model: null, expected what fit of the search returned");
  }

  private static Dataset<Row> of(
      SparkSession spark, ParamMap[] trials, double[] metrics, Evaluator evaluator) {
    Map<String, String> columns = columns(trials);
    StructType schema = new StructType().add("trial", DataTypes.IntegerType, false);
    for (Map.Entry<String, String> column : columns.entrySet()) {
      schema = schema.add(column.getValue(), type(trials, column.getKey()));
    }
    schema =
        schema.add("metric", DataTypes.DoubleType, false).add("best", DataTypes.BooleanType, false);
    int best = best(metrics, evaluator.isLargerBetter());
    List<Row> rows = new ArrayList<>();
    for (int trial = 0; trial < trials.length; trial++) {
      List<@Nullable Object> values = new ArrayList<>();
      values.add(trial);
      for (String param : columns.keySet()) {
        Object value = values(trials[trial]).get(param);
        values.add(value == null || isPlain(value) ? value : text(value));
      }
      values.add(metrics[trial]);
      values.add(trial == best);
      rows.add(RowFactory.create(values.toArray()));
    }
    return spark.createDataFrame(rows, schema);
  }

  /** The params that any trial sets, and the names of their columns. */
  private static Map<String, String> columns(ParamMap... trials) {
    TreeSet<String> params = new TreeSet<>();
    for (ParamMap trial : trials) {
      params.addAll(values(trial).keySet());
    }
    Map<String, String> columns = new LinkedHashMap<>();
    for (String param : params) {
      String[] parts = param.split("\n", -1); // name and stage
      long stages = params.stream().filter(p -> p.startsWith(parts[0] + "\n")).count();
      columns.put(param, stages == 1 ? parts[0] : parts[0] + "_" + parts[1]);
    }
    return columns;
  }

  private static Map<String, Object> values(ParamMap trial) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (ParamPair<?> pair : CollectionConverters.asJava(trial.toSeq())) {
      values.put(pair.param().name() + "\n" + pair.param().parent(), pair.value());
    }
    return values;
  }

  private static DataType type(ParamMap[] trials, String param) {
    for (ParamMap trial : trials) {
      Object value = values(trial).get(param);
      if (value != null) {
        return value instanceof Integer
            ? DataTypes.IntegerType
            : value instanceof Long
                ? DataTypes.LongType
                : value instanceof Double
                    ? DataTypes.DoubleType
                    : value instanceof Boolean ? DataTypes.BooleanType : DataTypes.StringType;
      }
    }
    return DataTypes.StringType;
  }

  private static boolean isPlain(Object value) {
    return value instanceof Integer
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean;
  }

  private static String text(Object value) {
    return value instanceof Object[] several
        ? Arrays.toString(several)
        : value instanceof double[] numbers ? Arrays.toString(numbers) : value.toString();
  }

  /** The first of the best trials, as Spark chooses. */
  private static int best(double[] metrics, boolean larger) {
    int best = 0;
    for (int i = 1; i < metrics.length; i++) {
      int order = Double.compare(metrics[i], metrics[best]);
      if (larger ? order > 0 : order < 0) {
        best = i;
      }
    }
    return best;
  }
}
