"""Golden file of Monte-Carlo dropout: the mean probabilities of 2,000 passes of transformers in train mode.

    python interop/golden_uncertainty.py core/src/test/resources/golden/uncertainty

The model is the committed tiny BERT, at the dropout rates of its config.json. The entropies are scipy's.
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
            p = torch.softmax(model(**inputs).logits.double(), -1)
        mean = p.mean(0)
        total, expected = float(entropy(mean)), float(entropy(p, axis=1).mean())
        cases.append(
            {"text": text, "mean": mean.tolist(), "deviation": p.std(0).tolist(), "entropy": total,
             "expectedEntropy": expected, "mutualInformation": total - expected}
        )
    Path(out).mkdir(parents=True, exist_ok=True)
    (Path(out) / "passes.json").write_text(json.dumps({"passes": PASSES, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
