package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonParser;
import dev.afina.data.Labels;
import dev.afina.explain.ExplainOptions;
import dev.afina.explain.Explanation;
import dev.afina.explain.TokenAttribution;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Jackson 2, Jackson 3 and Gson, as they come, write the same of each result. */
class ResultsAsJsonTest {
  private static final Labels LABELS = Labels.of("no", "yes");
  private static final float LN3 = (float) Math.log(3);

  private final Gson gson = new Gson();
  private final com.fasterxml.jackson.databind.ObjectMapper jackson2 =
      new com.fasterxml.jackson.databind.ObjectMapper();
  private final tools.jackson.databind.ObjectMapper jackson3 =
      new tools.jackson.databind.ObjectMapper();

  @Test
  void prediction_hasLabelScoreAndScores() throws Exception {
    assertJson(
        Prediction.of(LABELS, 0, 0), "{'label':'no','score':0.5,'scores':{'no':0.5,'yes':0.5}}");
  }

  @Test
  void scores_areTheMostProbableFirst() throws Exception {
    String json = json(Prediction.of(LABELS, 0, LN3));
    assertThat(json).startsWith("{\"label\":\"yes\",\"score\":0.75");
    assertThat(json.indexOf("\"yes\":")).isPositive().isLessThan(json.indexOf("\"no\":"));
  }

  @Test
  void multiLabelPrediction_hasLabelsAndScores() throws Exception {
    assertJson(
        MultiLabelPrediction.of(LABELS, 0, 100),
        "{'labels':['yes'],'scores':{'yes':1.0,'no':0.5}}");
  }

  @Test
  void estimate_hasItsValueWhereThereIsOne() throws Exception {
    assertJson(Estimate.of(Labels.of("stars"), 2.5f), "{'value':2.5,'values':{'stars':2.5}}");
    assertJson(Estimate.of(Labels.of("a", "b"), 1, 2), "{'values':{'a':1.0,'b':2.0}}");
  }

  @Test
  void uncertainty_hasTheMeanAndItsSpreadAndNoPasses() throws Exception {
    Prediction pass = Prediction.of(LABELS, 0, 0);
    double ln2 = Math.log(2);
    assertJson(
        Uncertainty.of(LABELS, List.of(pass, pass)),
        ("{'label':'no','score':0.5,'deviation':0.0,'entropy':%s,'expectedEntropy':%s,"
                + "'mutualInformation':0.0,'passes':2,'scores':{'no':0.5,'yes':0.5}}")
            .formatted(ln2, ln2));
  }

  @Test
  void uncertaintyOfSeveralLabels_hasFiguresByLabel() throws Exception {
    MultiLabelPrediction pass = MultiLabelPrediction.of(LABELS, 0, 100);
    double ln2 = Math.log(2);
    assertJson(
        MultiLabelUncertainty.of(LABELS, List.of(pass, pass)),
        ("{'labels':['yes'],'entropy':%s,'expectedEntropy':%s,'mutualInformation':0.0,'passes':2,"
                + "'scores':{'no':0.5,'yes':1.0},'deviations':{'no':0.0,'yes':0.0},"
                + "'mutualInformations':{'no':0.0,'yes':0.0}}")
            .formatted(ln2, ln2));
  }

  @Test
  void uncertaintyOfNumbers_hasItsValueWhereThereIsOne() throws Exception {
    Labels one = Labels.of("stars");
    assertJson(
        RegressionUncertainty.of(one, List.of(Estimate.of(one, 1), Estimate.of(one, 1))),
        "{'value':1.0,'deviation':0.0,'passes':2,'values':{'stars':1.0},'deviations':{'stars':0.0}}");
    Labels two = Labels.of("a", "b");
    assertJson(
        RegressionUncertainty.of(two, List.of(Estimate.of(two, 1, 2), Estimate.of(two, 1, 2))),
        "{'passes':2,'values':{'a':1.0,'b':2.0},'deviations':{'a':0.0,'b':0.0}}");
  }

  /** Three of four are right; "no" is predicted twice and right once. */
  @Test
  void evaluation_hasFiguresByHand() throws Exception {
    Evaluation evaluation =
        Evaluation.of(LABELS, List.of(0, 1, 1, 1), List.of(says(0), says(0), says(1), says(1)));
    String json = json(evaluation);
    Map<?, ?> read = gson.fromJson(json, Map.class);
    assertThat(read.keySet().stream().map(Object::toString).toList())
        .containsExactly("examples", "metrics", "labels");
    assertThat(read.get("examples")).isEqualTo(4.0);
    assertThat((Map<?, ?>) read.get("metrics")).isEqualTo(evaluation.metrics());
    assertThat(read.get("labels").toString())
        .isEqualTo(
            "{no={precision=0.5, recall=1.0, f1=%s, support=1.0},"
                .formatted(2 / 3.0)
                .concat(
                    " yes={precision=1.0, recall=%s, f1=0.8, support=3.0}}".formatted(2 / 3.0)));
  }

  @Test
  void evaluationOfManyTexts_isAsLongAsOfFew() throws Exception {
    List<Integer> truth = new ArrayList<>(Collections.nCopies(50_000, 0));
    truth.addAll(Collections.nCopies(50_000, 1));
    List<Prediction> predictions = Collections.nCopies(100_000, says(0));
    assertThat(json(Evaluation.of(LABELS, truth, predictions))).hasSizeLessThan(1_500);
  }

  /** With one true label there is no ROC AUC, and JSON has no NaN. */
  @Test
  void undefinedMetrics_areLeftOut() throws Exception {
    Evaluation evaluation = Evaluation.of(LABELS, List.of(1), List.of(says(1)));
    assertThat(evaluation.of(dev.afina.metrics.SingleLabelMetrics.ROC_AUC)).isNaN();
    assertThat(json(evaluation)).doesNotContain("NaN", "null", "roc_auc").contains("accuracy");
  }

  @Test
  void multiLabelEvaluation_hasItsThresholdAndFiguresByHand() throws Exception {
    MultiLabelEvaluation evaluation =
        MultiLabelEvaluation.of(
            LABELS,
            List.of(List.of(0), List.of()),
            List.of(
                MultiLabelPrediction.of(LABELS, 5, -5), MultiLabelPrediction.of(LABELS, 5, -5)));
    String json = json(evaluation);
    assertThat(JsonParser.parseString(json).getAsJsonObject().keySet())
        .containsExactly("examples", "metrics", "threshold", "labels");
    assertThat(json)
        .contains("\"threshold\":0.5")
        .contains("\"no\":{\"precision\":0.5,\"recall\":1.0,\"f1\":" + 2 / 3.0 + ",\"support\":1}");
  }

  /** Errors of 1 and 0. Two of two equal true values have no correlation. */
  @Test
  void regressionEvaluation_hasFiguresByTarget() throws Exception {
    RegressionEvaluation evaluation =
        RegressionEvaluation.of(
            Labels.of("stars"),
            List.of(new double[] {2}, new double[] {2}),
            List.of(Estimate.of(Labels.of("stars"), 3), Estimate.of(Labels.of("stars"), 2)));
    String json = json(evaluation);
    assertThat(json)
        .startsWith("{\"examples\":2,\"metrics\":{\"loss\":0.5,")
        .contains("\"targets\":{\"stars\":{")
        .contains("\"mean_absolute_error\":0.5")
        .doesNotContain("pearson", "NaN");
  }

  @Test
  void trainingResult_hasEpochsAndNoNaN() throws Exception {
    TrainingListener.Epoch epoch =
        TrainingListener.Epoch.of(
            1, 10, 0.25, Map.of("accuracy", 0.5), Duration.ofMillis(1500), true);
    assertJson(
        TrainingResult.of(10, Double.NaN, 8, Duration.ofSeconds(2), List.of(epoch)),
        "{'steps':10,'end':'COMPLETE','seconds':2.0,'examplesPerSecond':8.0,"
            + "'epochs':[{'epoch':1,'step':10,'trainingLoss':0.25,'seconds':1.5,'best':true,"
            + "'metrics':{'accuracy':0.5}}],'history':[]}");
  }

  @Test
  void whatAListenerIsTold_isWrittenToo() throws Exception {
    assertJson(
        TrainingListener.Plan.of(100, 20, 10, 2, 5_000_000_000L),
        "{'examples':100,'steps':20,'stepsPerEpoch':10,'warmupSteps':2,'parameters':5000000000}");
    assertJson(
        TrainingListener.Step.of(
            1, 20, 0.5, 0.75, 1e-3, Double.POSITIVE_INFINITY, 8, 16, Duration.ofSeconds(9)),
        "{'step':1,'steps':20,'epoch':0.5,'loss':0.75,'learningRate':0.001,'examples':8,"
            + "'examplesPerSecond':16.0,'remainingSeconds':9.0}");
    assertJson(
        TrainingListener.Evaluated.of(
            3, 0.5, Map.of("loss", Double.NaN), Duration.ofSeconds(1), false),
        "{'step':3,'epoch':0.5,'seconds':1.0,'best':false,'metrics':{}}");
  }

  @Test
  void explanation_hasWordsAndTokens() throws Exception {
    String at = "'sequence':0,'start':0,'end':2,'attribution':0.25}";
    assertJson(
        new Explanation(
            "hi",
            null,
            "yes",
            ExplainOptions.Method.GRADIENT_TIMES_INPUT,
            1,
            0.5,
            0,
            List.of(new TokenAttribution("hi", 0, 0, 2, 0.25)),
            0),
        "{'text':'hi','label':'yes','method':'GRADIENT_TIMES_INPUT','steps':1,'output':0.5,"
            + "'baselineOutput':0.0,'cutTokens':0,'words':[{'word':'hi',"
            + at
            + "],'tokens':[{'token':'hi',"
            + at
            + "]}");
  }

  @Test
  void listsAndMembersOfTheUsersTypes_areWrittenAlike() throws Exception {
    record Answer(String text, List<Prediction> predictions) {}
    assertJson(
        new Answer("hi", List.of(Prediction.of(LABELS, 0, 0))),
        "{'text':'hi','predictions':[{'label':'no','score':0.5,'scores':{'no':0.5,'yes':0.5}}]}");
  }

  @Test
  void reading_isRefusedByName() throws Exception {
    String json = json(Prediction.of(LABELS, 0, 0));
    assertThatThrownBy(() -> gson.fromJson(json, Prediction.class))
        .hasMessage(
            "Prediction: is written as JSON and not read from it; read a Map, or a type of your"
                + " own");
    assertThatThrownBy(() -> jackson2.readValue(json, Prediction.class))
        .hasMessageContaining("Cannot construct instance of `dev.afina.Prediction`");
    assertThatThrownBy(() -> jackson3.readValue(json, Prediction.class))
        .hasMessageContaining("Cannot construct instance of `dev.afina.Prediction`");
  }

  @Test
  void null_isNull() {
    assertThat(gson.toJson(null, Prediction.class)).isEqualTo("null");
  }

  private static Prediction says(int label) {
    return label == 0 ? Prediction.of(LABELS, 9, 0) : Prediction.of(LABELS, 0, 9);
  }

  private void assertJson(Object result, String expected) throws Exception {
    assertThat(json(result)).isEqualTo(expected.replace('\'', '"'));
  }

  /** As all three write it. */
  private String json(Object result) throws Exception {
    String json = jackson2.writeValueAsString(result);
    assertThat(jackson3.writeValueAsString(result)).as("Jackson 3").isEqualTo(json);
    assertThat(gson.toJson(result)).as("Gson").isEqualTo(json);
    return json;
  }
}
