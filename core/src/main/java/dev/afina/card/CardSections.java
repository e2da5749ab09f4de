package dev.afina.card;

import dev.afina.data.ProblemType;
import dev.afina.internal.files.Digits;
import dev.afina.metrics.Averaging;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import dev.afina.training.TrainingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The text of a card: what is generated of a classifier and its figures, section by section. */
final class CardSections {
  /** A matrix of more labels is no table that anybody reads; its largest confusions are listed. */
  private static final int LARGEST_MATRIX = 20;

  private static final int LISTED_CONFUSIONS = 20;

  /** More columns than these and the one that chose the epoch are no table. */
  private static final Set<String> SHOWN_METRICS = Set.of("loss", "accuracy", "macro_f1");

  private final ModelCard card;
  private final CardUse use;

  CardSections(ModelCard card) {
    this.card = card;
    this.use = new CardUse(card.facts(), card.name());
  }

  /** By name, in order. */
  Map<String, String> all() {
    Map<String, String> sections = new LinkedHashMap<>();
    sections.put("summary", summary());
    sections.put("use", use.section());
    sections.put("intended-use", intendedUse());
    sections.put("data", data());
    if (!card.results().isEmpty()) {
      sections.put("results", results());
    }
    card.facts().decisions().ifPresent(facts -> sections.put("decisions", decisions(facts)));
    card.facts().training().ifPresent(facts -> sections.put("training", training(facts)));
    sections.put("versions", versions());
    return sections;
  }

  private String summary() {
    StringBuilder text = new StringBuilder("# ").append(CardText.of(card.title())).append("\n\n");
    if (card.description() != null) {
      return text.append(card.description()).toString();
    }
    int outputs = card.facts().labels().size();
    String says =
        switch (card.facts().problemType()) {
          case SINGLE_LABEL -> "Says which of %s labels a text has: %s.";
          case MULTI_LABEL -> "Says which of %s labels a text has, any number of them: %s.";
          case REGRESSION ->
              outputs == 1 ? "Gives a text %s number: %s." : "Gives a text %s numbers: %s.";
        };
    text.append(says.formatted(outputs, labelList()));
    if (card.baseModel() != null) {
      text.append(
          " Fine-tuned from [%s](https://huggingface.co/%s)."
              .formatted(card.baseModel(), card.baseModel()));
    }
    for (ModelCard.Result result : card.results()) {
      String headline = headline(result);
      text.append(
          String.format(
              Locale.ROOT,
              headline.isEmpty()
                  ? " It was evaluated on %1$s (%3$d texts)."
                  : " On %s it has %s (%d texts).",
              CardText.of(result.data().shown()),
              headline,
              result.texts()));
    }
    return text.toString();
  }

  /** The figures that a sentence has room for. */
  private String headline(ModelCard.Result result) {
    List<String> names =
        switch (card.facts().problemType()) {
          case SINGLE_LABEL -> List.of("accuracy", "macro_f1");
          case MULTI_LABEL -> List.of("micro_f1", "macro_f1");
          case REGRESSION -> List.of("mean_squared_error", "pearson");
        };
    return names.stream()
        .filter(name -> Double.isFinite(result.metrics().getOrDefault(name, Double.NaN)))
        .map(
            name ->
                name.replace('_', ' ').replace("f1", "F1").replace("pearson", "Pearson correlation")
                    + " "
                    + decimal(result.metrics().getOrDefault(name, Double.NaN)))
        .collect(Collectors.joining(" and "));
  }

  private String decisions(DecisionFacts facts) {
    StringBuilder text = new StringBuilder("## Decisions\n\n");
    text.append(
        "Kept in `afina_config.json`, which Afina follows and Python's libraries do not read.\n\n");
    text.append(
        "- Temperature: %s, which the logits are divided by\n"
            .formatted(decimal(facts.temperature())));
    facts
        .positive()
        .ifPresent(label -> text.append("- Looked for: %s\n".formatted(CardText.of(label))));
    facts
        .confidence()
        .ifPresent(
            least ->
                text.append("- \"Not sure\" under a confidence of %s\n".formatted(decimal(least))));
    facts
        .chosen()
        .ifPresent(
            chosen ->
                text.append(
                    "- On %s validation texts: decided %s of them, %s of these wrong; calibration error %s, %s before\n"
                        .formatted(
                            chosen.rows(),
                            decimal(chosen.coverage()),
                            Double.isNaN(chosen.error()) ? "none" : decimal(chosen.error()),
                            decimal(chosen.calibrationError()),
                            decimal(chosen.calibrationErrorBefore()))));
    if (!facts.thresholds().isEmpty()) {
      if (card.facts().problemType() == ProblemType.MULTI_LABEL
          && !facts.thresholds().keySet().containsAll(card.facts().labels().names())) {
        text.append("- Threshold of labels that are not in the table: 0.5\n");
      }
      text.append("\n| Label | Threshold |\n|---|---|\n");
      facts
          .thresholds()
          .forEach(
              (label, threshold) ->
                  text.append("| %s | %s |\n".formatted(CardText.of(label), decimal(threshold))));
    }
    return text.toString().stripTrailing();
  }

  private String labelList() {
    return card.facts().labels().names().stream()
        .map(CardText::of)
        .collect(Collectors.joining(", "));
  }

  private String intendedUse() {
    StringBuilder text = new StringBuilder("## Intended use and limits\n\n");
    if (card.intendedUse() != null) {
      text.append(card.intendedUse()).append("\n\n");
    }
    use.limits().forEach(line -> text.append("- ").append(line).append('\n'));
    text.append(evaluated());
    if (card.limits() != null) {
      text.append("\n\n").append(card.limits());
    }
    return text.toString();
  }

  private String evaluated() {
    if (!card.results().isEmpty()) {
      return "- It was evaluated on the data named below; measure on your own texts before you rely on it.";
    }
    boolean validated =
        card.facts().training().filter(facts -> facts.validationRows() > 0).isPresent();
    return (validated
            ? "- No evaluation of it is known here but on the texts that its training validated on"
            : "- No evaluation of it is known here")
        + "; measure on your own texts before you rely on it.";
  }

  private String data() {
    StringBuilder text = new StringBuilder("## Data\n\n");
    if (card.dataDescription() != null) {
      text.append(card.dataDescription()).append("\n\n");
    }
    if (!card.datasets().isEmpty()) {
      text.append("Trained on ")
          .append(
              card.datasets().stream()
                  .map(id -> "[%s](https://huggingface.co/datasets/%s)".formatted(id, id))
                  .collect(Collectors.joining(", ")))
          .append(".\n\n");
    }
    TrainingFacts training = card.facts().training().orElse(null);
    if (training == null) {
      return text.append("How many texts it was trained on is not known here.").toString();
    }
    int total = training.trainingRows();
    text.append(number(total)).append(" texts to train on");
    text.append(
        training.validationRows() > 0
            ? ", " + number(training.validationRows()) + " to validate on.\n\n"
            : ", none to validate on.\n\n");
    if (training.labelCounts().isEmpty()) {
      return text.toString().strip();
    }
    List<List<String>> rows = new ArrayList<>();
    for (int label = 0; label < training.labelCounts().size(); label++) {
      int count = training.labelCounts().get(label);
      rows.add(
          List.of(
              CardText.of(card.facts().labels().name(label)),
              number(count),
              String.format(Locale.ROOT, "%.1f %%", 100.0 * count / total)));
    }
    return text.append(table(List.of("Label", "Training texts", "Share"), rows)).toString();
  }

  private String results() {
    StringBuilder text = new StringBuilder("## Results");
    for (ModelCard.Result result : card.results()) {
      text.append("\n\n### On ").append(CardText.of(result.data().shown())).append("\n\n");
      text.append(
          result.matrix().map(matrix -> ofLabels(result, matrix)).orElseGet(() -> plain(result)));
    }
    return text.toString();
  }

  /** The figures of any evaluation, a line each. */
  private static String plain(ModelCard.Result result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Texts", number(result.texts())));
    result
        .metrics()
        .forEach((name, value) -> rows.add(List.of(CardText.title(name), decimal(value))));
    return table(List.of("Figure", "Value"), rows);
  }

  private static String ofLabels(ModelCard.Result result, ConfusionMatrix matrix) {
    String figures =
        table(
            List.of("Texts", "Accuracy", "Macro F1", "Weighted F1", "Matthews correlation", "Loss"),
            List.of(
                List.of(
                    number(matrix.total()),
                    decimal(matrix.accuracy()),
                    decimal(matrix.f1(Averaging.MACRO)),
                    decimal(matrix.f1(Averaging.WEIGHTED)),
                    decimal(matrix.matthewsCorrelation()),
                    decimal(result.metrics().getOrDefault("loss", Double.NaN)))));
    return figures + "\n\nBy label:\n\n" + byLabel(matrix) + "\n\n" + confusions(matrix);
  }

  private static String byLabel(ConfusionMatrix matrix) {
    List<List<String>> rows = new ArrayList<>();
    for (int label = 0; label < matrix.classes(); label++) {
      rows.add(
          List.of(
              CardText.of(matrix.labels().get(label)),
              decimal(matrix.precision(label)),
              decimal(matrix.recall(label)),
              decimal(matrix.f1(label)),
              number(matrix.support(label))));
    }
    return table(List.of("Label", "Precision", "Recall", "F1", "Texts"), rows);
  }

  private static String confusions(ConfusionMatrix matrix) {
    if (matrix.classes() > LARGEST_MATRIX) {
      return largestConfusions(matrix);
    }
    List<String> head = new ArrayList<>(List.of("Truth \\ predicted"));
    matrix.labels().forEach(label -> head.add(CardText.of(label)));
    List<List<String>> rows = new ArrayList<>();
    for (int truth = 0; truth < matrix.classes(); truth++) {
      List<String> row =
          new ArrayList<>(List.of("**" + CardText.of(matrix.labels().get(truth)) + "**"));
      for (int predicted = 0; predicted < matrix.classes(); predicted++) {
        row.add(Integer.toString(matrix.count(truth, predicted)));
      }
      rows.add(row);
    }
    return "Confusion matrix, rows are the truth:\n\n" + table(head, rows);
  }

  private static String largestConfusions(ConfusionMatrix matrix) {
    List<List<String>> rows =
        IntStream.range(0, matrix.classes() * matrix.classes())
            .boxed()
            .filter(cell -> cell / matrix.classes() != cell % matrix.classes())
            .filter(cell -> count(matrix, cell) > 0)
            .sorted(Comparator.comparing((Integer cell) -> -count(matrix, cell)))
            .limit(LISTED_CONFUSIONS)
            .map(
                cell ->
                    List.of(
                        CardText.of(matrix.labels().get(cell / matrix.classes())),
                        CardText.of(matrix.labels().get(cell % matrix.classes())),
                        number(count(matrix, cell))))
            .toList();
    return rows.isEmpty()
        ? "No text was predicted wrong."
        : "The most frequent confusions:\n\n" + table(List.of("Truth", "Predicted", "Texts"), rows);
  }

  private static int count(ConfusionMatrix matrix, int cell) {
    return matrix.count(cell / matrix.classes(), cell % matrix.classes());
  }

  private static String training(TrainingFacts training) {
    TrainingOptions options = training.options();
    TrainingResult result = training.result();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Pretrained model", CardText.of(training.shownCheckpoint())));
    rows.add(
        options.maxSteps().isPresent()
            ? List.of("Steps", Integer.toString(options.maxSteps().getAsInt()))
            : List.of("Epochs", Double.toString(options.epochs())));
    rows.add(
        List.of(
            "Learning rate",
            options.optimizer().learningRate()
                + ", schedule "
                + CardText.of(options.schedule().toString())));
    rows.add(List.of("Warmup", warmup(options)));
    rows.add(
        List.of(
            "Batch size",
            options.accumulationSteps() == 1
                ? Integer.toString(options.batchSize())
                : options.batchSize() + " × " + options.accumulationSteps() + " accumulated"));
    rows.add(
        List.of(
            "Optimizer",
            "AdamW, betas %s and %s, epsilon %s, weight decay %s"
                .formatted(
                    options.optimizer().beta1(),
                    options.optimizer().beta2(),
                    options.optimizer().epsilon(),
                    options.optimizer().weightDecay())));
    rows.add(
        List.of("Largest gradient norm", Double.toString(options.optimizer().maxGradientNorm())));
    rows.add(List.of("Seed", Integer.toString(options.seed())));
    rows.add(
        List.of(
            "Weights kept",
            options.evaluation().keepBest().map(m -> best(m, result.best())).orElse("last")));
    rows.add(List.of("Updates", number(result.steps())));
    rows.add(List.of("Precision", training.precision()));
    rows.addAll(changed(training.settings()));
    if (result.truncation().cut() > 0) {
      rows.add(List.of("Long texts", CardText.of(result.truncation().toString())));
    }
    return "## Training\n\n" + table(List.of("Option", "Value"), rows) + epochs(options, result);
  }

  /** What is minimized, and which weights change; nothing where that is unknown. */
  private static List<List<String>> changed(Map<String, String> settings) {
    Map<String, @Nullable String> shown = new LinkedHashMap<>();
    shown.put("Loss", settings.get("loss"));
    shown.put("Frozen", settings.get("freeze"));
    shown.put("LoRA", settings.get("lora"));
    shown.put("Head", head(settings));
    List<List<String>> rows = new ArrayList<>();
    shown.forEach(
        (option, value) -> {
          if (value != null) {
            rows.add(List.of(option, CardText.of(value)));
          }
        });
    return rows;
  }

  private static @Nullable String head(Map<String, String> settings) {
    String form = settings.get("form of the head");
    if (form == null) {
      return null;
    }
    return switch (settings.getOrDefault("head", "")) {
      case "REPLACED" -> form + ", with a new output layer";
      case "EXTENDED" -> form + ", with an output layer of more labels";
      default -> form;
    };
  }

  private static String best(String metric, TrainingState.Best best) {
    return best.step() == 0
        ? "last, since " + CardText.of(metric) + " was never defined"
        : "best by %s: %s, after step %s"
            .formatted(CardText.of(metric), decimal(best.value()), number(best.step()));
  }

  private static String warmup(TrainingOptions options) {
    if (options.warmup() == 0) {
      return "none";
    }
    return options.warmup() < 1
        ? String.format(Locale.ROOT, "%.4g of all updates", options.warmup())
        : (int) options.warmup() + " updates";
  }

  private static String epochs(TrainingOptions options, TrainingResult result) {
    if (result.epochs().isEmpty()) {
      return "";
    }
    List<String> metrics =
        result.epochs().stream()
            .flatMap(epoch -> epoch.metrics().keySet().stream())
            .distinct()
            .filter(
                m ->
                    SHOWN_METRICS.contains(m)
                        || options.evaluation().keepBest().filter(m::equals).isPresent())
            .toList();
    List<String> head = new ArrayList<>(List.of("Epoch", "Step", "Training loss"));
    metrics.forEach(metric -> head.add("Validation " + metric.replace('_', ' ')));
    List<List<String>> rows = new ArrayList<>();
    for (TrainingListener.Epoch epoch : result.epochs()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  Integer.toString(epoch.epoch()),
                  Integer.toString(epoch.step()),
                  decimal(epoch.trainingLoss())));
      for (String metric : metrics) {
        Double value = epoch.metrics().get(metric);
        row.add(value == null ? "–" : decimal(value));
      }
      rows.add(row);
    }
    return "\n\n" + table(head, rows);
  }

  private String versions() {
    @Nullable String afina = CardSections.class.getPackage().getImplementationVersion();
    return "## Versions\n\n- Afina "
        + (afina == null ? "(built from source)" : afina)
        + card.facts().engine().map(versions -> "\n- " + versions).orElse("")
        + "\n- Java "
        + Runtime.version().feature();
  }

  private static String table(List<String> head, List<List<String>> rows) {
    StringBuilder table = new StringBuilder(line(head)).append('\n');
    table.append(line(head.stream().map(h -> head.indexOf(h) == 0 ? "---" : "---:").toList()));
    rows.forEach(row -> table.append('\n').append(line(row)));
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String decimal(double value) {
    return Digits.metric(value);
  }

  private static String number(int value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
