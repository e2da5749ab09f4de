import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.Estimate;
import dev.afina.MultiLabelClassifier;
import dev.afina.MultiLabelPrediction;
import dev.afina.Prediction;
import dev.afina.Regressor;
import dev.afina.TextModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the models in folders 0, 1, … of a folder: {@code FOLDER CASES OUT}. CASES is a JSON array
 * of texts and pairs, arrays of one or two strings. OUT gets a line of JSON for each model: its
 * labels, the logits of each case (null where it is refused), and what is logged; or why the model
 * was refused, and whether that was by an exception that a user would not expect.
 */
final class PredictFolders {
  private static final Gson GSON = new Gson();

  private record Result(List<String> labels, List<float[]> logits) {}

  // A fault of any kind is a finding, and no reason to stop.
  public static void main(String[] arguments) throws IOException {
    String[][] cases = GSON.fromJson(Files.readString(Path.of(arguments[1])), String[][].class);
    List<String> lines = new ArrayList<>();
    Path folder = Path.of(arguments[0], "0");
    while (Files.isDirectory(folder)) {
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8)); // where the log goes
      JsonObject line = new JsonObject();
      try {
        line = GSON.toJsonTree(result(folder, cases)).getAsJsonObject();
      } catch (IOException e) {
        line.addProperty("error", String.valueOf(e.getMessage()).replace(folder + ": ", ""));
      } catch (RuntimeException | Error e) {
        line.addProperty("error", e.toString());
        line.addProperty("unexpected", true);
      }
      line.addProperty("log", log.toString(StandardCharsets.UTF_8));
      lines.add(GSON.toJson(line));
      folder = folder.resolveSibling(String.valueOf(lines.size()));
    }
    Files.write(Path.of(arguments[2]), lines);
  }

  private static Result result(Path folder, String[][] cases) throws IOException {
    try (TextModel<?, ?> model = TextModel.load(folder.toString())) {
      List<float[]> logits = new ArrayList<>();
      for (String[] texts : cases) {
        try {
          logits.add(
              logits(
                  texts.length == 1
                      ? model.predict(texts[0])
                      : model.predict(texts[0], texts[1])));
        } catch (IllegalArgumentException | IllegalStateException e) {
          logits.add(null); // a pair for a model of one token type, outputs that are not finite
        }
      }
      return new Result(labels(model), logits);
    }
  }

  private static float[] logits(Object prediction) {
    if (prediction instanceof Prediction single) {
      return single.logits();
    }
    if (prediction instanceof MultiLabelPrediction several) {
      return several.logits();
    }
    return ((Estimate) prediction).outputs();
  }

  private static List<String> labels(TextModel<?, ?> model) {
    if (model instanceof Classifier classifier) {
      return classifier.labels().names();
    }
    return model instanceof MultiLabelClassifier several
        ? several.labels().names()
        : ((Regressor) model).targets().names();
  }
}
