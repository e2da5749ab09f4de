package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.TextModel;
import dev.afina.data.Example;
import dev.afina.explain.ExplainOptions;
import dev.afina.explain.Explanation;
import dev.afina.explain.WordAttribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which words carried an output, as predict prints it.
 *
 * @param model is asked
 * @param label whose; empty for the best one, null for no explanations
 */
record Explaining(TextModel<?, ?> model, @Nullable String label) {

  /** The explanation of a text; of a line of white space alone there is none. */
  private Optional<Explanation> of(Example example) {
    if (label == null || example.text().isBlank()) {
      return Optional.empty();
    }
    ExplainOptions options = ExplainOptions.integratedGradients();
    ExplainOptions asked = label.isEmpty() ? options : options.label(label);
    String pair = example.pair();
    return Optional.of(
        pair == null
            ? model.explain(example.text(), asked)
            : model.explain(example.text(), pair, asked));
  }

  /** The lines with explanations behind a tab. */
  List<String> addedTo(List<String> lines, List<Example> examples) {
    List<String> added = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      added.add(lines.get(i) + of(examples.get(i)).map(why -> "\t" + why).orElse(""));
    }
    return added;
  }

  /** Adds a member {@code explanation}, which is null where a text has none. */
  void addTo(List<JsonObject> predictions, List<Example> examples) {
    for (int i = 0; label != null && i < predictions.size(); i++) {
      predictions.get(i).add("explanation", of(examples.get(i)).map(Explaining::json).orElse(null));
    }
  }

  private static JsonObject json(Explanation explanation) {
    JsonObject object = new JsonObject();
    object.addProperty("label", explanation.label());
    object.addProperty("output", explanation.output());
    object.addProperty("baseline_output", explanation.baselineOutput());
    object.addProperty("completeness_error", explanation.completenessError().orElseThrow());
    JsonArray words = new JsonArray();
    for (WordAttribution word : explanation.words()) {
      JsonObject one = new JsonObject();
      one.addProperty("word", word.word());
      one.addProperty("sequence", word.sequence());
      one.addProperty("start", word.start());
      one.addProperty("end", word.end());
      one.addProperty("attribution", word.attribution());
      words.add(one);
    }
    object.add("words", words);
    return object;
  }
}
