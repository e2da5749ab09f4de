"""Golden file of Monte-Carlo dropout: the mean probabilities of 2,000 passes of transformers in train mode.

    python interop/golden_uncertainty.py core/src/test/resources/golden/uncertainty

The model is the committed tiny BERT, at the dropout rates of its config.json. The entropies are scipy's. Of the same passes also what
they would say as those of several labels (sigmoids) and of a regression (the outputs themselves).
"""

import json
import sys
from pathlib import Path

import torch
from scipy.stats import entropy
from transformers import AutoModelForSequenceClassification, AutoTokenizer

MODEL = Path(__file__).parent.parent / "core/src/test/resources/golden/models/bert/model"
PASSES = 2000
TEXTS = ["what a happy day", "they say, I hate the noise of this house", "no", "I miss the old house so much, my friend"]


def main(out):
    torch.manual_seed(11)
    model = AutoModelForSequenceClassification.from_pretrained(MODEL).train()
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    cases = []
    for text in TEXTS:
        inputs = tokenizer([text] * PASSES, return_tensors="pt")
        with torch.no_grad():
            outputs = model(**inputs).logits.double()
        p = torch.softmax(outputs, -1)
        several = torch.sigmoid(outputs)
        yes_no = torch.stack([several, 1 - several])
        mean = p.mean(0)
        total, expected = float(entropy(mean)), float(entropy(p, axis=1).mean())
        cases.append(
            {"text": text, "mean": mean.tolist(), "deviation": p.std(0).tolist(), "entropy": total,
             "expectedEntropy": expected, "mutualInformation": total - expected,
             "several": {
                 "mean": several.mean(0).tolist(), "deviation": several.std(0).tolist(),
                 "entropy": entropy(yes_no.mean(1), axis=0).tolist(), "expectedEntropy": entropy(yes_no, axis=0).mean(0).tolist()},
             "numbers": {"mean": outputs.mean(0).tolist(), "deviation": outputs.std(0).tolist()}}
        )
    Path(out).mkdir(parents=True, exist_ok=True)
    (Path(out) / "passes.json").write_text(json.dumps({"passes": PASSES, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
