"""Golden file of long texts: windows and head and tail of them by hand-written loops around transformers and torch.

    python interop/golden_long_texts.py core/src/test/resources/golden/longtexts

The model is the committed tiny BERT. A text's windows are put together from its token ids one by one, computed one by one,
and their logits averaged or maximised. `training` is the loss of a batch of texts (the sum of their cross-entropies, each
from the logits of the whole text) and its gradient for some parameters, without dropout.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

MODEL = Path(__file__).parent.parent / "core/src/test/resources/golden/models/bert/model"
MAX_TOKENS, STRIDE, MOST = 16, 4, 3
GRADIENTS = ["classifier.weight", "bert.pooler.dense.bias", "bert.encoder.layer.0.attention.self.query.weight",
             "bert.embeddings.LayerNorm.weight"]
SENTENCES = ["what a happy day in the house", "they say, I hate the noise of this house", "I miss the old house so much, my friend",
             "no, thank you", "so sad that we all go home now"]
TEXTS = [" ".join(SENTENCES[(i + j) % 5] for j in range(count)) for i, count in enumerate([1, 3, 6, 2, 9, 1])]
LABELS = [0, 2, 1, 1, 0, 2]

model = AutoModelForSequenceClassification.from_pretrained(MODEL).eval()
tokenizer = AutoTokenizer.from_pretrained(MODEL)
CLS, SEP = tokenizer.cls_token_id, tokenizer.sep_token_id
ROOM = MAX_TOKENS - 2


def content(text):
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def windows(text, most=MOST):
    ids, parts, start = content(text), [], 0
    while True:
        parts.append(ids[start:start + ROOM])
        if start + ROOM >= len(ids) or len(parts) == most:
            return parts, max(0, len(ids) - start - ROOM)
        start += ROOM - STRIDE


def head_and_tail(text):
    ids, head = content(text), ROOM * 128 // 510
    return ids if len(ids) <= ROOM else ids[:head] + ids[len(ids) - ROOM + head:]


def logits(ids):
    return model(input_ids=torch.tensor([[CLS, *ids, SEP]])).logits[0]


def combined(text, how):
    rows = torch.stack([logits(part) for part in windows(text)[0]])
    return rows.mean(0) if how == "mean" else rows.max(0).values


def main(out):
    cases = []
    with torch.no_grad():
        for text in TEXTS:
            cases.append({
                "text": text, "windows": len(windows(text)[0]), "cut": windows(text)[1],
                "mean": combined(text, "mean").tolist(), "maximum": combined(text, "maximum").tolist(),
                "headAndTail": logits(head_and_tail(text)).tolist(),
            })
    training = {}
    for how in ("mean", "maximum"):
        model.zero_grad()
        loss = sum(torch.nn.functional.cross_entropy(combined(t, how)[None], torch.tensor([y])) for t, y in zip(TEXTS, LABELS))
        loss.backward()
        parameters = dict(model.named_parameters())
        training[how] = {"loss": loss.item(), "gradients": {key: parameters[key].grad.flatten().tolist() for key in GRADIENTS}}
    golden = {"maxTokens": MAX_TOKENS, "stride": STRIDE, "most": MOST, "labels": LABELS, "cases": cases, "training": training}
    Path(out).mkdir(parents=True, exist_ok=True)
    (Path(out) / "longtexts.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
