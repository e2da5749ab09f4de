package dev.afina.internal.model;

import dev.afina.internal.model.layers.ParameterSpec;
import java.util.List;

/**
 * What the rest of the library must know about a model to load, run and save it.
 *
 * @param transformersClass the class that opens such a checkpoint in transformers
 * @param prefix the prefix of the encoder's keys in a checkpoint with a head, for example "bert."
 * @param vocabularySize the number of rows of the token embedding; every token id is smaller
 * @param maxTokens the maximum length of a text, special tokens included
 * @param initializerRange the standard deviation of new weights
 * @param parameters all parameters, in the order in which transformers would initialize missing
 *     ones
 */
public record ModelSpec(
    String transformersClass,
    String prefix,
    int vocabularySize,
    int maxTokens,
    double initializerRange,
    List<ParameterSpec> parameters) {
  public ModelSpec {
    parameters = List.copyOf(parameters);
  }

  /** The key of the token embedding. */
  public String tokenEmbedding() {
    return parameters.stream()
        .filter(p -> p.part() == ParameterSpec.Part.TOKEN_EMBEDDING)
        .map(ParameterSpec::key)
        .findFirst()
        .orElseThrow();
  }
}
