package dev.afina.internal.model;

import dev.afina.internal.model.layers.ParameterSpec;
import java.util.List;

/**
 * What the rest of the library must know of a model to load, feed and save it.
 *
 * @param transformersClass the class that opens such a checkpoint in transformers
 * @param prefix what the encoder's keys begin with in a checkpoint with a head, for example "bert."
 * @param vocabularySize rows of the token embedding: every token id is smaller
 * @param maxTokens the longest text it can take, the special tokens included
 * @param initializerRange the standard deviation of new weights
 * @param parameters all, in the order in which transformers would initialise missing ones
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

  /** The key of the table with a row for each token id. */
  public String tokenEmbedding() {
    return parameters.stream()
        .filter(p -> p.part() == ParameterSpec.Part.TOKEN_EMBEDDING)
        .map(ParameterSpec::key)
        .findFirst()
        .orElseThrow();
  }
}
