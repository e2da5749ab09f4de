package dev.afina;

import dev.afina.data.Labels;
import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A {@link Classifier} whose labels are the constants of an enum, so that the compiler checks them:
 *
 * <pre>{@code
 * enum Queue { BILLING, CARDS, LOGIN }
 *
 * try (Classifier tickets = Classifier.load("tickets")) {
 *   EnumClassifier<Queue> queues = tickets.as(Queue.class);
 *   switch (queues.label("My card has not arrived")) {
 *     case CARDS -> ...
 *   }
 * }
 * }</pre>
 *
 * <p>It is checked on creation that labels and constants correspond one to one. Thread safe.
 * Closing it closes the classifier.
 *
 * @param <L> the enum of the labels
 */
public final class EnumClassifier<L extends Enum<L>> implements AutoCloseable {
  private final Classifier classifier;
  private final Class<L> type;

  /** By position of the label. */
  private final List<L> constants;

  private final Map<String, L> byName = new HashMap<>();

  EnumClassifier(Classifier classifier, Class<L> type, Function<? super L, String> names) {
    this.classifier = classifier;
    this.type = Objects.requireNonNull(type, "type");
    this.constants = constants(classifier.labels(), type, names);
    for (int label = 0; label < constants.size(); label++) {
      byName.put(classifier.labels().name(label), constants.get(label));
    }
  }

  private static <L extends Enum<L>> List<L> constants(
      Labels labels, Class<L> type, Function<? super L, String> names) {
    Map<String, L> byName = new HashMap<>();
    List<String> surplus = new ArrayList<>();
    for (L constant : type.getEnumConstants()) {
      String name = Objects.requireNonNull(names.apply(constant), "the name of a constant");
      L other = byName.put(name, constant);
      if (other != null) {
        throw new IllegalArgumentException(
            "enum %s: %s and %s both stand for the label %s, expected one constant a label"
                .formatted(type.getSimpleName(), other, constant, Excerpt.quoted(name)));
      }
      if (!labels.names().contains(name)) {
        surplus.add(name);
      }
    }
    List<String> lacking =
        labels.names().stream().filter(name -> !byName.containsKey(name)).toList();
    if (!lacking.isEmpty() || !surplus.isEmpty()) {
      throw new IllegalArgumentException(
          "enum %s does not fit the classifier:%s%s; name the constants as the labels, or say by as(%s.class, names) which label each stands for"
              .formatted(
                  type.getSimpleName(),
                  part(" it lacks the labels", lacking),
                  part(
                      lacking.isEmpty() ? " the classifier lacks" : ", and the classifier lacks",
                      surplus),
                  type.getSimpleName()));
    }
    labels.requireDistinct("labels");
    return labels.names().stream().map(byName::get).map(Objects::requireNonNull).toList();
  }

  private static String part(String what, List<String> names) {
    return names.isEmpty() ? "" : what + " [" + Excerpt.list(names) + "]";
  }

  /**
   * The most probable label of a text.
   *
   * @throws IllegalStateException if the classifier is closed
   */
  public L label(String text) {
    return label(classifier.predict(text));
  }

  /**
   * The most probable label of a pair of texts.
   *
   * @throws IllegalStateException if the classifier is closed
   */
  public L label(String text, String pair) {
    return label(classifier.predict(text, pair));
  }

  /** The most probable label of a prediction. */
  public L label(Prediction prediction) {
    return constants.get(prediction.index());
  }

  /**
   * The label of a text by the classifier's {@link DecisionRules}; empty for "not sure".
   *
   * @throws IllegalStateException if the classifier is closed
   */
  public Optional<L> decision(String text) {
    return decision(classifier.predict(text));
  }

  /**
   * The label of a pair of texts by the classifier's {@link DecisionRules}; empty for "not sure".
   *
   * @throws IllegalStateException if the classifier is closed
   */
  public Optional<L> decision(String text, String pair) {
    return decision(classifier.predict(text, pair));
  }

  /** The decision on a prediction; empty for "not sure". */
  public Optional<L> decision(Prediction prediction) {
    return prediction.decision().label().map(byName::get);
  }

  /** The probability of each label, in the order of the constants. Unmodifiable. */
  public Map<L, Double> scores(Prediction prediction) {
    Map<L, Double> scores = new EnumMap<>(type);
    double[] probabilities = prediction.probabilities();
    for (int label = 0; label < probabilities.length; label++) {
      scores.put(constants.get(label), probabilities[label]);
    }
    return Collections.unmodifiableMap(scores);
  }

  /** The wrapped classifier, for everything else. */
  public Classifier classifier() {
    return classifier;
  }

  /** Closes the classifier. */
  @Override
  public void close() {
    classifier.close();
  }
}
