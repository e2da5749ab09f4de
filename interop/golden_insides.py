"""Golden files of what a model is asked beside its logits: embeddings of texts, and integrated gradients.

    python interop/golden_insides.py core/src/test/resources/golden/insides             all
    python interop/golden_insides.py core/src/test/resources/golden/insides NAME …      these, for example bert

The models are the committed tiny ones, one a family, and ModernBERT's variant, whose head reads the mean of all tokens.
Everything is computed in float64. The gradients are a plain loop over the steps, one text at a time: no library of
attributions is used.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

MODELS = Path(__file__).parent.parent / "core/src/test/resources/golden/models"
FAMILIES = [
    "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet", "roberta",
    "xlm-roberta",
]
WITH_MEAN = "modernbert-mean"
TEXTS = [("I am so happy about the new season!", None), ("no", None), ("he said yes!!", "nobody came to my birthday")]
MAX_TOKENS = 64
STEPS = 50
# What the integral itself is: points that lie closer beside the baseline, where some outputs change suddenly.
EXACT_STEPS = 1500
BATCH = 150


def output(model, inputs, embedded, label):
    """The logits of a label where the token table gives `embedded` (points, tokens, size), whatever it is asked for."""
    hook = model.get_input_embeddings().register_forward_hook(lambda *_: embedded)
    try:
        copies = {name: values.expand(len(embedded), -1) for name, values in inputs.items()}
        return model(**copies).logits[:, label]
    finally:
        hook.remove()


def integrated_gradients(model, inputs, special, label, baseline_row):
    x = model.get_input_embeddings()(inputs["input_ids"]).detach()
    baseline = torch.where(special[None, :, None], x, baseline_row[None, None, :])

    def integral(nodes, weights):
        gradients = torch.zeros_like(x[0])
        for at in range(0, len(nodes), BATCH):
            node, weight = (torch.tensor(v[at : at + BATCH])[:, None, None] for v in (nodes, weights))
            points = (baseline + node * (x - baseline)).requires_grad_()
            (gradient,) = torch.autograd.grad(output(model, inputs, points, label).sum(), points)
            gradients += (weight * gradient).sum(0)
        return rounded(((x - baseline)[0] * gradients).sum(-1).tolist())

    nodes, weights = unit_interval(STEPS)
    t, of_t = unit_interval(EXACT_STEPS)
    with torch.no_grad():
        ends = [float(output(model, inputs, e, label)[0]) for e in (x, baseline)]
    return {
        "baselineOutput": ends[1], "attributions": integral(nodes, weights),
        "exact": integral(t**4, 4 * t**3 * of_t),
    }


def unit_interval(steps):
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    return (nodes + 1) / 2, weights / 2


def gradient_times_input(model, inputs, special, label):
    x = model.get_input_embeddings()(inputs["input_ids"]).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(output(model, inputs, x, label)[0], x)
    return torch.where(special, 0.0, (x * gradient).sum(-1)[0]).tolist()


def rounded(values):
    return [round(v, 9) for v in values]


def cases(model_folder):
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    base = AutoModel.from_pretrained(model_folder, attn_implementation="eager").double().eval()
    model = AutoModelForSequenceClassification.from_pretrained(model_folder, attn_implementation="eager").double().eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    found = []
    for text, pair in TEXTS:
        inputs = tokenizer(text, pair, truncation=True, max_length=MAX_TOKENS, return_tensors="pt", return_special_tokens_mask=True)
        special = inputs.pop("special_tokens_mask")[0].bool()
        if "attention_mask" in inputs:
            assert inputs["attention_mask"].all()
        with torch.no_grad():
            hidden = base(**inputs).last_hidden_state[0]
            logits = model(**inputs).logits[0]
            label, at_text = int(logits.argmax()), float(logits.max())
        padding = model.get_input_embeddings().weight[tokenizer.pad_token_id].detach()
        found.append(
            {
                "text": text, "pair": pair, "ids": inputs["input_ids"][0].tolist(), "label": label,
                "mean": rounded(hidden.mean(0).tolist()), "first": rounded(hidden[0].tolist()), "output": at_text,
                "fromPadding": integrated_gradients(model, inputs, special, label, padding),
                "fromZero": integrated_gradients(model, inputs, special, label, torch.zeros_like(padding)),
                "gradientTimesInput": rounded(gradient_times_input(model, inputs, special, label)),
            }
        )
    return found


def main(out, *names):
    torch.set_num_threads(1)  # the models are tiny
    Path(out).mkdir(parents=True, exist_ok=True)
    for name in names or [*FAMILIES, WITH_MEAN]:
        folder = MODELS / ("modernbert/variant/model" if name == WITH_MEAN else f"{name}/model")
        found = {"steps": STEPS, "cases": cases(folder)}
        (Path(out) / f"{name}.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
