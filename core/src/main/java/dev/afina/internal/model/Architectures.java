package dev.afina.internal.model;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.albert.Albert;
import dev.afina.internal.model.bert.Bert;
import dev.afina.internal.model.deberta.Deberta;
import dev.afina.internal.model.distilbert.DistilBert;
import dev.afina.internal.model.electra.Electra;
import dev.afina.internal.model.modernbert.ModernBert;
import dev.afina.internal.model.mpnet.MpNet;
import dev.afina.internal.model.roberta.Roberta;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** The architectures by the {@code model_type} of config.json. */
public final class Architectures {

  /** Makes an architecture from its configuration and the number of labels. */
  private interface Factory {
    Architecture create(ConfigJson config, int labels) throws CheckpointException;
  }

  private static final String MODERNBERT = "modernbert";

  private static final TreeMap<String, Factory> BY_MODEL_TYPE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("albert", Albert::of),
              Map.entry("bert", Bert::of),
              Map.entry("camembert", Roberta::camembert),
              Map.entry("deberta", Deberta::of),
              Map.entry("deberta-v2", Deberta::version2),
              Map.entry("distilbert", DistilBert::of),
              Map.entry("electra", Electra::of),
              Map.entry(MODERNBERT, ModernBert::of),
              Map.entry("mpnet", MpNet::of),
              Map.entry("roberta", Roberta::of),
              Map.entry("xlm-roberta", Roberta::multilingual)));

  /** Those with rotary positions, which read the options of these themselves. */
  private static final Set<String> ROTARY = Set.of(MODERNBERT);

  private Architectures() {}

  /** The {@code model_type} of each, in alphabetical order. */
  public static SortedSet<String> modelTypes() {
    return Collections.unmodifiableSortedSet(BY_MODEL_TYPE.navigableKeySet());
  }

  /**
   * The architecture that {@code config} describes, with a head of {@code labels} ways.
   *
   * @throws CheckpointException for a model_type or an option that is not supported, or a
   *     configuration that is incomplete, out of range or contradicts itself
   */
  public static Architecture of(ConfigJson config, int labels) throws CheckpointException {
    String modelType = config.string("model_type");
    Factory factory = BY_MODEL_TYPE.get(modelType);
    if (factory == null) {
      throw new CheckpointException(
          config.where()
              + ": model_type \""
              + Excerpt.of(modelType)
              + "\" is not supported; supported are "
              + String.join(", ", BY_MODEL_TYPE.keySet()));
    }
    UnsupportedOptions.refuse(config);
    if (!ROTARY.contains(modelType)) {
      UnsupportedOptions.refuseRotary(config);
    }
    return factory.create(config, labels);
  }

  /**
   * The same with a head of this form.
   *
   * @throws CheckpointException as the other
   * @throws IllegalArgumentException when the family has no such head
   */
  public static Architecture of(JsonObject config, String where, int labels, HeadForm head)
      throws CheckpointException {
    JsonObject changed = config.deepCopy();
    head.writeTo(changed);
    Architecture family = of(new ConfigJson(changed, where), labels);
    return head.isPlain() ? family.withPlainHead(head, labels) : family;
  }
}
