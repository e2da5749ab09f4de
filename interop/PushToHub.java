import com.google.gson.Gson;
import dev.afina.Classifier;
import dev.afina.Prediction;
import dev.afina.PushOptions;
import dev.afina.card.ModelCard;
import dev.afina.hub.HubCommit;
import dev.afina.hub.HubPush;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Loads the model of a folder and pushes it to the Hub that the environment names, as a user of the
 * library does: {@code FOLDER OWNER/NAME}. The last line it prints is a JSON object with the commit
 * and what the model predicts for each line of the standard input.
 */
final class PushToHub {
  public static void main(String[] arguments) throws IOException {
    String name = arguments[1];
    try (Classifier classifier = Classifier.load(Path.of(arguments[0]))) {
      List<String> lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
              .lines()
              .toList();
      ModelCard card =
          classifier.card(name).language("no", "en").license("apache-2.0").build();
      HubCommit commit =
          classifier.pushToHub(
              name, PushOptions.standard().card(card).visibility(HubPush.Visibility.PRIVATE));
      List<Map<String, Double>> scores =
          classifier.predict(lines).stream().map(Prediction::scores).toList();
      Map<String, Object> result = Map.of("commit", commit.id(), "scores", scores);
      new PrintStream(System.out, true, StandardCharsets.UTF_8).println(new Gson().toJson(result));
    }
  }
}
