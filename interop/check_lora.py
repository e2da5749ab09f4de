"""PEFT opens the adapters that Java trained and Java opens PEFT's, with the same logits; the golden files regenerate."""

import json
import tempfile
import warnings
from pathlib import Path

import torch
from check_roundtrip import GOLDEN, expect, logits_of, make_ready, texts, train, training_rows, write_csv
from golden import check
from golden_lora import HEADS, config, is_head, randomize
from golden_models import SEEDS
from java import predict
from peft import AutoPeftModelForSequenceClassification, get_peft_model, get_peft_model_state_dict
from safetensors import safe_open
from transformers import AutoModelForSequenceClassification, AutoTokenizer

# PEFT adds the update to each layer's result, Java to the weight.
TOLERANCE = 2e-5
LABELS = 3


def compare(name, model, tokenizer, lines, predictions):
    """The largest difference of a logit."""
    expected = logits_of(model, tokenizer, lines)
    worst = max(abs(a - b) for row, got in zip(expected, predictions) for a, b in zip(row, got["logits"], strict=True))
    highest = max(abs(a) for row in expected for a in row)
    expect(worst <= TOLERANCE * max(1, highest), f"{name}: logits up to {highest:.1f} differ by {worst:.3g}")
    return worst


def from_java(family, rows, lines, work):
    """Java trains an adapter; PEFT finds each of its tensors in its place."""
    folder, whole = work / f"{family}-adapter", work / f"{family}-whole"
    targets = [] if family == "bert" else ["--lora-targets", "all-linear"]
    train(GOLDEN / family / "base", rows, whole, "--lora", 4, "--lora-alpha", 12, "--lora-dropout", 0.1, "--adapter", folder, *targets)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # PEFT warns of tensors that are missing or too many
        model = AutoPeftModelForSequenceClassification.from_pretrained(folder, num_labels=LABELS)
    with safe_open(folder / "adapter_model.safetensors", "pt") as file:
        stored = {name: file.get_tensor(name) for name in file.keys()}
    opened = get_peft_model_state_dict(model, save_embedding_layers=False)
    expect(stored.keys() == opened.keys(), f"{family}: not the same tensors: {sorted(stored.keys() ^ opened.keys())}")
    for name, tensor in opened.items():
        expect(torch.equal(tensor, stored[name]), f"{family}: {name} is another one in PEFT")
    said = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    expect(set(HEADS.get(family, ["classifier"])) <= set(said["modules_to_save"]), f"{family}: modules_to_save {said}")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return max(compare(f"{family} by Java", model, tokenizer, lines, predict(f, lines)) for f in (folder, whole))


def from_peft(family, lines, work):
    """PEFT saves an adapter of all linear layers; Java opens it, from the folder alone."""
    folder, base = work / f"{family}-peft", (GOLDEN / family / "odd" / "model").resolve()
    model = AutoModelForSequenceClassification.from_pretrained(base)
    linears = [n for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and not is_head(family, n)]
    # As strong as a long training: with all layers at full strength the logits say nothing but how rounding grows.
    wrapped = randomize(get_peft_model(model, config(family, 5, 1, linears)), 77)
    wrapped.save_pretrained(folder)
    return compare(f"{family} by PEFT", wrapped, AutoTokenizer.from_pretrained(base), lines, predict(folder, lines))


def main():
    check("golden_lora.py", "core/src/test/resources/golden/lora", tolerance=1e-4)
    make_ready()
    lines = texts(40)
    worst = []
    with tempfile.TemporaryDirectory(prefix="afina-lora-") as temporary:
        work = Path(temporary)
        rows = write_csv(training_rows(60), work / "rows.csv")
        for family in SEEDS:
            there, back = from_java(family, rows, lines, work), from_peft(family, lines, work)
            worst += [there, back]
            print(f"{family}: largest difference of a logit {there:.1e} of Java's adapter, {back:.1e} of PEFT's", flush=True)
    print(f"{len(SEEDS)} families, adapters both ways: largest difference of a logit {max(worst):.1e}")


if __name__ == "__main__":
    main()
