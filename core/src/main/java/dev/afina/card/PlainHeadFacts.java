package dev.afina.card;

import dev.afina.data.ProblemType;
import java.util.List;
import java.util.Objects;

/**
 * A head of dropout and one linear layer, as described in a card. Immutable.
 *
 * @param encoder the prefix of the encoder's weights in the checkpoint, such as {@code bert}
 * @param readsMean whether it reads the mean of all tokens rather than the first one
 * @param dropout the dropout rate
 */
public record PlainHeadFacts(String encoder, boolean readsMean, double dropout) {
  /** Refuses null. */
  public PlainHeadFacts {
    Objects.requireNonNull(encoder, "encoder");
  }

  /**
   * The Python code that opens the model and predicts one text.
   *
   * @param limits what the logit of each label of several must exceed; empty for 0
   */
  String python(String name, ProblemType type, List<String> limits) {
    String pooled =
        readsMean
            ? """
                    mask = inputs["attention_mask"].unsqueeze(-1)
                    pooled = (hidden * mask).sum(1) / mask.sum(1)
            """
            : """
                    pooled = hidden[:, 0]
            """;
    return """
    import torch
    from huggingface_hub import snapshot_download
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModel, AutoTokenizer


    class PlainHead(torch.nn.Module):
        def __init__(self, config):
            super().__init__()
            self.%1$s = AutoModel.from_config(config)
            self.dropout = torch.nn.Dropout(%2$s)
            self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)

        def forward(self, **inputs):
            hidden = self.%1$s(**inputs).last_hidden_state
    %3$s        return self.classifier(self.dropout(pooled))


    folder = snapshot_download("%4$s")
    config = AutoConfig.from_pretrained(folder)
    model = PlainHead(config)
    weights = load_file(folder + "/afina_model.safetensors")
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and all("pooler" in key for key in missing), (missing, unexpected)
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        logits = model(**tokenizer("a text", truncation=True, return_tensors="pt"))
    print(%5$s)\
    """
        .formatted(encoder, dropout, pooled, name, answer(type, limits));
  }

  /** What Python prints of {@code logits} and {@code config}. */
  static String answer(ProblemType type, List<String> limits) {
    return switch (type) {
      case SINGLE_LABEL -> "config.id2label[logits.argmax(-1).item()], logits.softmax(-1)";
      case MULTI_LABEL ->
          limits.isEmpty()
              ? "[config.id2label[i] for i in range(config.num_labels) if logits[0, i] > 0]"
              : "[config.id2label[i] for i, limit in enumerate([%s]) if logits[0, i] > limit]"
                  .formatted(String.join(", ", limits));
      case REGRESSION -> "logits[0].tolist()";
    };
  }
}
