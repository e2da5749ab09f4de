package dev.afina.internal.saved;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.HeadForm;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** A plain head as a section of {@link AfinaConfig}; a model with its family's head has none. */
public final class HeadJson {
  private static final String FORM = "form";
  private static final String PLAIN = "plain";
  private static final String POOLING = "pooling";
  private static final String FIRST_TOKEN = "first_token";
  private static final String MEAN = "mean";
  private static final String DROPOUT = "dropout";

  private HeadJson() {}

  /**
   * What a model's file says of its head.
   *
   * @throws CheckpointException when it says what cannot be
   */
  public static HeadForm read(AfinaConfig config) throws CheckpointException {
    Optional<ConfigJson> section = config.section(AfinaConfig.HEAD, FORM, POOLING, DROPOUT);
    if (section.isEmpty()) {
      return HeadForm.OF_CONFIG;
    }
    ConfigJson json = section.get();
    for (String member : new String[] {FORM, POOLING}) {
      json.string(member); // has no default
    }
    json.word(FORM, PLAIN);
    boolean mean = json.word(POOLING, FIRST_TOKEN, MEAN).equals(MEAN);
    return new HeadForm(
        HeadForm.Kind.PLAIN,
        Optional.of(mean ? HeadForm.Pooling.MEAN : HeadForm.Pooling.FIRST_TOKEN),
        OptionalDouble.of(json.rate(DROPOUT, 0)));
  }

  /** The kind of head that a checkpoint has. */
  public static HeadForm read(CheckpointFiles files) throws IOException {
    Optional<JsonObject> own = files.ownConfig();
    return own.isPresent() && own.get().has(AfinaConfig.HEAD)
        ? read(AfinaConfig.read(files, ConfigLabels.of(files.config(), files.description())))
        : HeadForm.OF_CONFIG;
  }

  static JsonObject of(HeadForm plain) {
    JsonObject json = new JsonObject();
    json.addProperty(FORM, PLAIN);
    json.addProperty(POOLING, plain.readsMean() ? MEAN : FIRST_TOKEN);
    json.addProperty(DROPOUT, plain.plainDropout());
    return json;
  }
}
