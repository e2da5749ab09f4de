package dev.afina.spring.sample;

import dev.afina.Evaluation;
import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Depends on what predicts, not on a model, so that its unit tests need none. */
@RestController
class RouteController {
  record Question(String text) {}

  record Labelled(String text, String label) {}

  private final Predictor<Prediction> intents;

  RouteController(Predictor<Prediction> intents) {
    this.intents = intents;
  }

  @PostMapping("/route")
  Prediction route(@RequestBody Question question) {
    return intents.predict(question.text());
  }

  @PostMapping("/evaluate")
  Evaluation evaluate(@RequestBody List<Labelled> rows) {
    Dataset data =
        Dataset.of(rows.stream().map(row -> Example.of(row.text(), row.label())).toList());
    return Evaluation.of(data, intents.predict(data));
  }
}
