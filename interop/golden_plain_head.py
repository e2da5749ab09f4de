#!/usr/bin/env python3
"""Writes the golden file of plain heads: an encoder, dropout and one linear layer, as notebooks write them.

    python interop/golden_plain_head.py OUT

The encoders are the tiny ones of golden_models.py. OUT/plain_head.json has, for each family and each way to pool, the
linear layer, the logits of a module of torch in eval mode, and the losses of a few updates by torch's AdamW (no dropout, all
texts in each update).
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

MODELS = Path(__file__).parent.parent / "core/src/test/resources/golden/models"
FAMILIES = ["bert", "distilbert", "roberta", "electra", "albert", "deberta", "deberta-v2", "mpnet", "modernbert"]
TEXTS = ["what a happy day", "I hate the noise in the house", "today", "I miss the old house, my friend, and so do you"]
TARGETS = [1, 0, 1, 2]
LABELS = 3
UPDATES = 4
RATE = 1e-2


class PlainHead(torch.nn.Module):
    def __init__(self, encoder, mean):
        super().__init__()
        self.encoder = encoder
        self.dropout = torch.nn.Dropout(0.1)
        self.classifier = torch.nn.Linear(encoder.config.hidden_size, LABELS)
        self.mean = mean

    def forward(self, **inputs):
        hidden = self.encoder(**inputs).last_hidden_state
        if self.mean:
            mask = inputs["attention_mask"].unsqueeze(-1)
            pooled = (hidden * mask).sum(1) / mask.sum(1)
        else:
            pooled = hidden[:, 0]
        return self.classifier(self.dropout(pooled))


def golden(folder, mean):
    torch.manual_seed(42)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = PlainHead(AutoModel.from_pretrained(folder, attn_implementation="eager"), mean).eval()
    inputs = tokenizer(TEXTS, padding=True, truncation=True, return_tensors="pt")
    result = {
        "weight": model.classifier.weight.flatten().tolist(),
        "bias": model.classifier.bias.tolist(),
        "logits": model(**inputs).tolist(),
    }
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    losses = []
    for _ in range(UPDATES):
        loss = torch.nn.functional.cross_entropy(model(**inputs), torch.tensor(TARGETS))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return result | {"losses": losses}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    found = {"texts": TEXTS, "targets": TARGETS, "rate": RATE}
    for family in FAMILIES:
        for pooling, mean in [("first_token", False), ("mean", True)]:
            found[f"{family} {pooling}"] = golden(MODELS / family / "base", mean)
    (out / "plain_head.json").write_text(json.dumps(found, indent=None) + "\n")


if __name__ == "__main__":
    main()
