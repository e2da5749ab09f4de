package dev.afina.card;

import com.google.gson.Gson;
import dev.afina.data.ProblemType;
import dev.afina.internal.files.Digits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a model is called and what it answers, in a card: by its facts, decision rules included. */
final class CardUse {
  private static final String NO_CLASS =
      ": its head is one linear layer on the encoder, for which transformers has no class, so"
          + " AutoModelForSequenceClassification fails to open it. These lines do.";

  private static final double THRESHOLD = 0.5;
  private static final int DIGITS = 9;

  /** Names as string literals, alike in Python; what could end the section is escaped. */
  private static final Gson LITERALS = new Gson();

  private final ModelFacts facts;
  private final String name;
  private final Optional<DecisionFacts> decisions;

  CardUse(ModelFacts facts, String name) {
    this.facts = facts;
    this.name = name;
    this.decisions = facts.decisions();
  }

  /** The section that says how to call it. */
  String section() {
    String python =
        facts
            .plainHead()
            .map(head -> head.python(name, facts.problemType(), logitLimits()))
            .or(() -> facts.adapterOf().map(base -> adapterInPython()))
            .orElseGet(this::inPython);
    return """
        ## How to use

        In Java, with [Afina](https://central.sonatype.com/artifact/dev.afina/afina-core):

        ```java
        %s
        ```

        In Python, with %s

        ```python
        %s
        ```

        Instead of the name, both take the path of a folder with these files.%s%s"""
        .formatted(inJava(), pythonLibrary(), python, needsBase(), differences());
  }

  private String pythonLibrary() {
    if (facts.adapterOf().isPresent()) {
      return "[PEFT](https://huggingface.co/docs/peft):";
    }
    return "[transformers](https://huggingface.co/docs/transformers)"
        + (facts.plainHead().isPresent() ? NO_CLASS : ":");
  }

  private String needsBase() {
    return facts
        .adapterOf()
        .map(
            base ->
                " The files are an adapter: low-rank updates (LoRA) of %s, which both open with them."
                    .formatted(CardText.of(TrainingFacts.shown(base, TrainingFacts.hubName(base)))))
        .orElse("");
  }

  private String adapterInPython() {
    return """
        import torch
        from peft import AutoPeftModelForSequenceClassification
        from transformers import AutoConfig, AutoTokenizer

        config = AutoConfig.from_pretrained("%1$s")
        model = AutoPeftModelForSequenceClassification.from_pretrained("%1$s", num_labels=config.num_labels)
        model.eval()
        tokenizer = AutoTokenizer.from_pretrained("%1$s")
        with torch.no_grad():
            logits = model(**tokenizer("a text", truncation=True, return_tensors="pt")).logits
        print(%2$s)"""
        .formatted(name, PlainHeadFacts.answer(facts.problemType(), logitLimits()));
  }

  private String inJava() {
    String type =
        switch (facts.problemType()) {
          case SINGLE_LABEL -> "Classifier";
          case MULTI_LABEL -> "MultiLabelClassifier";
          case REGRESSION -> "Regressor";
        };
    String lines =
        decides()
            ? """
              import dev.afina.%2$s;
              import dev.afina.Decision;

              try (%2$s classifier = %2$s.load("%1$s")) {
                Decision decision = classifier.predict("a text").decision();
                System.out.println(decision.isSure() ? decision.labels() : decision.reason());
              }"""
            : switch (facts.problemType()) {
              case SINGLE_LABEL ->
                  """
                  import dev.afina.Classifier;
                  import dev.afina.Prediction;

                  try (Classifier classifier = Classifier.load("%s")) {
                    Prediction prediction = classifier.predict("a text");
                    System.out.println(prediction.label() + " " + prediction.score());
                  }""";
              case MULTI_LABEL ->
                  """
                  import dev.afina.MultiLabelClassifier;

                  try (MultiLabelClassifier classifier = MultiLabelClassifier.load("%s")) {
                    System.out.println(classifier.predict("a text").labels());
                  }""";
              case REGRESSION ->
                  """
                  import dev.afina.Regressor;

                  try (Regressor regressor = Regressor.load("%s")) {
                    System.out.println(regressor.predict("a text").values());
                  }""";
            };
    return lines.formatted(name, type);
  }

  /** Whether a decision says more than the most probable label, or the labels over thresholds. */
  private boolean decides() {
    return positive().isPresent() || abstains();
  }

  private Optional<String> positive() {
    return decisions.flatMap(DecisionFacts::positive);
  }

  private boolean abstains() {
    return decisions
        .filter(
            rules ->
                rules.confidence().orElse(0) > 0
                    || (facts.problemType() == ProblemType.SINGLE_LABEL
                        && rules.positive().isEmpty()
                        && rules.thresholds().values().stream().anyMatch(t -> t > 0)))
        .isPresent();
  }

  private Map<String, Double> thresholds() {
    return decisions.map(DecisionFacts::thresholds).orElse(Map.of());
  }

  private double temperature() {
    return decisions.map(DecisionFacts::temperature).orElse(1.0);
  }

  private String inPython() {
    return switch (facts.problemType()) {
      case SINGLE_LABEL ->
          positive()
              .map(this::positiveInPython)
              .orElse(
                  """
                  from transformers import pipeline

                  classify = pipeline("text-classification", model="%s")
                  print(classify("a text", truncation=True))"""
                      .formatted(name));
      case MULTI_LABEL -> multiLabelInPython();
      case REGRESSION ->
          """
          from transformers import pipeline

          estimate = pipeline("text-classification", model="%s", function_to_apply="none")
          print(estimate("a text", top_k=None, truncation=True))"""
              .formatted(name);
    };
  }

  private String positiveInPython(String positive) {
    String other =
        facts.labels().names().stream()
            .filter(label -> !label.equals(positive))
            .findFirst()
            .orElse(positive);
    return """
        from transformers import pipeline

        classify = pipeline("text-classification", model="%1$s", top_k=None)
        scores = {s["label"]: s["score"] for s in classify("a text", truncation=True)[0]}
        print(%2$s if scores[%2$s] >= %3$s else %4$s)"""
        .formatted(name, LITERALS.toJson(positive), limit(positive), LITERALS.toJson(other));
  }

  private String multiLabelInPython() {
    List<String> limits =
        facts.labels().names().stream().filter(thresholds()::containsKey).distinct().toList();
    boolean same = facts.labels().names().stream().map(this::limit).distinct().count() == 1;
    String table =
        same
            ? ""
            : limits.stream()
                .map(label -> "    %s: %s,\n".formatted(LITERALS.toJson(label), limit(label)))
                .collect(Collectors.joining("", "limits = {\n", "}\n"));
    return """
        from transformers import pipeline

        classify = pipeline("text-classification", model="%s", top_k=None)
        %sprint([s for s in classify("a text", truncation=True)[0] if s["score"] > %s])"""
        .formatted(
            name,
            table,
            same
                ? limit(facts.labels().name(0))
                : "limits.get(s[\"label\"], %s)".formatted(THRESHOLD));
  }

  /** The threshold of a label on the scale of Python's scores, which have no temperature. */
  private String limit(String label) {
    double threshold = thresholds().getOrDefault(label, THRESHOLD);
    double limit =
        temperature() == 1 || threshold == 0 || threshold == 1
            ? threshold
            : 1 / (1 + Math.exp(-temperature() * logit(threshold)));
    return Double.toString(Digits.rounded(limit, DIGITS));
  }

  private static double logit(double probability) {
    return Math.log(probability / (1 - probability));
  }

  /**
   * What the logit of each label of several must exceed, in Python; empty where it is 0 for all.
   */
  private List<String> logitLimits() {
    if (facts.problemType() != ProblemType.MULTI_LABEL || thresholds().isEmpty()) {
      return List.of();
    }
    return facts.labels().names().stream()
        .map(label -> temperature() * logit(thresholds().getOrDefault(label, THRESHOLD)))
        .map(
            limit ->
                Double.isInfinite(limit)
                    ? "float(\"%s\")".formatted(limit > 0 ? "inf" : "-inf")
                    : Double.toString(Digits.rounded(limit, DIGITS)))
        .toList();
  }

  /** What Python does otherwise, because it does not read what only Afina knows. */
  private String differences() {
    List<String> others = new ArrayList<>();
    if (temperature() != 1) {
      boolean limits =
          (facts.problemType() == ProblemType.MULTI_LABEL && !thresholds().isEmpty())
              || (positive().isPresent() && facts.plainHead().isEmpty());
      others.add(
          "scores are not divided by the temperature, so they are not calibrated"
              + (limits ? " (the limits above are the thresholds on that scale)" : ""));
    }
    if (positive().isPresent() && facts.plainHead().isPresent()) {
      others.add("each text gets its most probable label, whatever the threshold");
    }
    if (abstains()) {
      others.add("no text is \"not sure\"");
    }
    if (facts.longTexts().kind() != LongTextFacts.Kind.CUT) {
      others.add("texts longer than " + facts.maxTokens() + " tokens are cut at their end");
    }
    return others.isEmpty()
        ? ""
        : "\n\nPython does not read `afina_config.json`. So there "
            + String.join("; ", others)
            + ".";
  }

  /** What it answers, of how much of a text, and what its scores mean; one line each. */
  List<String> limits() {
    return Stream.of(
            answers(), Optional.of(facts.longTexts().sentence(facts.maxTokens())), scores())
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<String> answers() {
    return Optional.of(
        switch (facts.problemType()) {
          case SINGLE_LABEL -> oneLabel();
          case MULTI_LABEL -> severalLabels();
          case REGRESSION ->
              "It gives every text its numbers, also a text that is unlike all that it was trained on, and numbers beyond those of the training.";
        });
  }

  private String oneLabel() {
    if (positive().isPresent()) {
      String label = positive().get();
      return "It gives a text %s where the probability of that is at least %s, otherwise the other label, also a text that neither fits."
          .formatted(
              CardText.of(label), Digits.metric(thresholds().getOrDefault(label, THRESHOLD)));
    }
    return abstains()
        ? "It is \"not sure\" of a text whose most probable label is under its threshold or under the lowest confidence; see the decisions below. Any other text gets exactly one label, also one that none of them fits."
        : "It gives every text exactly one of its labels, also a text that none of them fits.";
  }

  private String severalLabels() {
    List<Double> all =
        facts.labels().names().stream()
            .map(label -> thresholds().getOrDefault(label, THRESHOLD))
            .distinct()
            .toList();
    String given =
        all.size() > 1
            ? "A label is given where its probability is over its threshold; see the decisions below."
            : "A label is given where its probability is over %s."
                .formatted(all.get(0) == THRESHOLD ? "0.5" : Digits.metric(all.get(0)));
    OptionalDouble least = decisions.map(DecisionFacts::confidence).orElse(OptionalDouble.empty());
    return given
        + " A text may have none."
        + (least.isPresent()
            ? " It is \"not sure\" of a text where the probability of exactly the labels given is under %s."
                .formatted(Digits.metric(least.getAsDouble()))
            : "");
  }

  private Optional<String> scores() {
    String kind =
        switch (facts.problemType()) {
          case SINGLE_LABEL -> "softmax probabilities";
          case MULTI_LABEL -> "sigmoid probabilities, one per label";
          case REGRESSION -> "";
        };
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    if (temperature() == 1) {
      return Optional.of(
          "Scores are %s. They are not calibrated: 0.9 need not mean right in nine of ten cases."
              .formatted(kind));
    }
    String divided = "Scores are %s of logits divided by a temperature".formatted(kind);
    return Optional.of(
        decisions
            .flatMap(DecisionFacts::chosen)
            .map(
                chosen ->
                    divided
                        + ". Their calibration error is %s on the %s texts that the rules were chosen on, and may be larger on others."
                            .formatted(Digits.metric(chosen.calibrationError()), chosen.rows()))
            .orElse(
                divided
                    + " that was set by hand: whether 0.9 means right in nine of ten cases is not known here."));
  }
}
