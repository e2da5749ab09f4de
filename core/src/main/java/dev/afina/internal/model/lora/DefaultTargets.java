package dev.afina.internal.model.lora;

import java.util.List;
import java.util.Map;

/** Which linear layers get an update where the user names none, by {@code model_type}. */
public final class DefaultTargets {
  private static final List<String> QUERY_AND_VALUE = List.of("query", "value");

  /** PEFT 0.21 has those of the first group; the others are what computes the same there. */
  private static final Map<String, List<String>> BY_MODEL_TYPE =
      Map.ofEntries(
          Map.entry("bert", QUERY_AND_VALUE),
          Map.entry("roberta", QUERY_AND_VALUE),
          Map.entry("xlm-roberta", QUERY_AND_VALUE),
          Map.entry("electra", QUERY_AND_VALUE),
          Map.entry("deberta-v2", List.of("query_proj", "value_proj")),
          Map.entry("deberta", List.of("in_proj")),
          // Not in PEFT:
          Map.entry("albert", QUERY_AND_VALUE),
          Map.entry("camembert", QUERY_AND_VALUE),
          Map.entry("distilbert", List.of("q_lin", "v_lin")),
          Map.entry("mpnet", List.of("attn.q", "attn.v")),
          Map.entry("modernbert", List.of("Wqkv")));

  private DefaultTargets() {}

  /**
   * The targets of a family that is supported.
   *
   * @throws IllegalArgumentException for another one
   */
  public static List<String> of(String modelType) {
    List<String> targets = BY_MODEL_TYPE.get(modelType);
    if (targets == null) {
      throw new IllegalArgumentException(
          "lora: model_type \"" + modelType + "\" has no usual target modules; name them");
    }
    return targets;
  }
}
