package dev.afina.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import dev.afina.Prediction;
import dev.afina.data.Labels;
import dev.afina.training.TrainingResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results are annotated for Jackson, whose jar is missing here, as it may be for a user. */
class UserCodeTest {

  @Test
  void jackson_isMissingHere() {
    assertThatThrownBy(() -> Class.forName("com.fasterxml.jackson.annotation.JsonValue"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void gson_writesResultsAllTheSame() {
    assertThat(new Gson().toJson(Prediction.of(Labels.of("a", "b"), 0, 0)))
        .isEqualTo("{\"label\":\"a\",\"score\":0.5,\"scores\":{\"a\":0.5,\"b\":0.5}}");
    assertThat(new Gson().toJson(TrainingResult.of(1, 0.5, 2, Duration.ofSeconds(1), List.of())))
        .startsWith("{\"steps\":1,");
  }

  @Test
  void javac_hasNothingToSay(@TempDir Path folder) throws IOException {
    Path source = folder.resolve("User.java");
    Files.writeString(
        source,
        """
        import dev.afina.*;
        import dev.afina.data.*;
        import dev.afina.training.*;
        import java.util.*;

        public class User {
          Map<String, Object> of(Prediction p, MultiLabelPrediction m, Estimate e, Uncertainty u) {
            System.out.println(m.asMap().size() + e.asMap().size() + u.asMap().size());
            return p.asMap();
          }

          Map<String, Object> of(MultiLabelUncertainty m, RegressionUncertainty r) {
            return m.asMap().isEmpty() ? r.asMap() : m.asMap();
          }

          Map<String, Object> of(Evaluation e, MultiLabelEvaluation m, RegressionEvaluation r) {
            System.out.println(m.asMap().size() + r.asMap().size());
            EvaluationResult<Prediction> any = e;
            return any.asMap();
          }

          Map<String, Object> of(TrainingResult t, TrainingListener.Epoch e) {
            return t.asMap().isEmpty() ? e.asMap() : t.asMap();
          }
        }
        """);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                said,
                said,
                "-Xlint:all",
                "-Werror",
                "-proc:none",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(status).isZero();
  }
}
