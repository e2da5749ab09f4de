"""Python opens what Java saved and Java opens what Python saved, with the same logits, labels and scores."""

import csv
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from golden_models import SEEDS, randomize
from golden_texts import CASES, LABELS, TRAINING_ROWS
from java import build, java, predict
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, pipeline

GOLDEN = Path("core/src/test/resources/golden/models")
TOLERANCE = 1e-5
MINILM = "classpath:all-minilm-l6-v2.onnx"


def training_rows(count):
    """Rows with everything that CSV has to quote."""
    rows = [(text, LABELS[label]) for text, label in TRAINING_ROWS]
    rows += [(f'he said: "{text}"', label) for text, label in rows]
    rows += [(f"{text}\nand a second line", label) for text, label in rows[:4]]
    return rows[:count]


def texts(count):
    """Real sentences, scripts and signs of all kinds, and texts longer than the model takes; one line each."""
    lines = [" ".join(text.split()) for text, pair in CASES if pair is None and text.strip()]
    lines += [text for text, _ in TRAINING_ROWS]
    lines += [f"{a}; {b.upper()}" for (a, _), (b, _) in zip(TRAINING_ROWS, TRAINING_ROWS[7:])]
    lines += [f"{a} {b} {a}" for (a, _), (b, _) in zip(TRAINING_ROWS, TRAINING_ROWS[3:])]
    assert len(lines) >= count
    return lines[:count]


def expect(condition, message):
    if not condition:
        sys.exit(message)


def logits_of(model, tokenizer, lines):
    with torch.no_grad():
        return [model.eval()(**tokenizer(line, truncation=True, return_tensors="pt")).logits[0].tolist() for line in lines]


def compare(name, folder, model, tokenizer, lines, predictions):
    """Logits, probabilities and labels of Java's predictions against the model in Python; the largest difference."""
    worst = 0.0
    names = [model.config.id2label[i] for i in range(model.config.num_labels)]
    for line, expected, got in zip(lines, logits_of(model, tokenizer, lines), predictions):
        expect(len(got["logits"]) == len(expected), f"{name}: {len(got['logits'])} logits, Python {len(expected)}")
        difference = max(abs(a - b) for a, b in zip(got["logits"], expected))
        worst = max(worst, difference)
        expect(
            difference <= TOLERANCE,
            f"{name}: logits of {line[:80]!r} in {folder} differ by {difference:.3g}: Java {got['logits']}, Python {expected}",
        )
        expect(set(got["scores"]) == set(names), f"{name}: labels {sorted(got['scores'])}, Python {names}")
        probabilities = torch.tensor(expected).softmax(0).tolist()
        for label, score in zip(names, probabilities):
            expect(abs(got["scores"][label] - score) <= TOLERANCE, f"{name}: score of {label!r}, {got['scores']}, Python {score}")
    classify = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    for line, got in zip(lines, predictions):
        best = classify(line, truncation=True)[0]
        expect(abs(best["score"] - got["score"]) <= TOLERANCE, f"{name}: {line[:80]!r}: Java {got['score']}, pipeline {best}")
        # Two labels may change places only where their scores are equal.
        tie = abs(got["scores"][best["label"]] - got["score"]) <= TOLERANCE
        expect(best["label"] == got["label"] or tie, f"{name}: {line[:80]!r}: Java {got['label']!r}, pipeline {best}")
    return worst


def check_folder(name, folder, labels):
    """A folder that Java saved, loaded strictly: (model, tokenizer)."""
    model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
    problems = {key: value for key, value in info.items() if value}
    expect(not problems, f"{name}: transformers found in {folder}: {problems}")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    stored = [config.get("id2label", {}).get(str(i)) for i in range(len(labels))]
    expect(sorted(map(str, stored)) == sorted(labels), f"{name}: id2label {config.get('id2label')}, the data has {labels}")
    expect(model.config.label2id == {label: i for i, label in model.config.id2label.items()}, f"{name}: label2id {model.config.label2id}")
    expect(config.get("architectures") == [type(model).__name__], f"{name}: architectures {config.get('architectures')}")
    with safe_open(folder / "model.safetensors", "pt") as file:
        expect((file.metadata() or {}).get("format") == "pt", f"{name}: no format pt in __metadata__: {file.metadata()}")
    return model, AutoTokenizer.from_pretrained(folder)


def write_csv(rows, file):
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([("text", "label"), *rows])
    return file


def train(checkpoint, file, folder, *options):
    """Java trains on the rows of a file and saves to the folder; the figures that it printed."""
    return java(
        "train", "--checkpoint", checkpoint, "--train", file, "--text", "text", "--label", "label", "--epochs", 1,
        "--batch-size", 8, "--learning-rate", "1e-3", "--max-tokens", 32, "--seed", 42, "--output", folder, "--json", *options,
    )


def from_java(name, checkpoint, row_count, text_count, work):
    """The folder that Java trained and saved, and the largest difference of a logit in Python."""
    rows, lines, folder = training_rows(row_count), texts(text_count), work / f"{name}-java"
    train(checkpoint, write_csv(rows, work / f"{name}.csv"), folder)
    model, tokenizer = check_folder(name, folder, sorted({label for _, label in rows}))
    worst = compare(name, folder, model, tokenizer, lines, predict(folder, lines))
    print(f"{name}: saved by Java, {text_count} texts in Python: largest difference {worst:.1e}")
    return folder, worst


def from_python(name, start, work):
    """A model by the configuration and the tokenizer of a folder, with other weights and with labels that JSON and a table have to quote."""
    folder = work / f"{name}-python"
    labels = ["very angry", "überraschung", 'so "so"', "悲しい"]
    config = AutoConfig.from_pretrained(
        start, id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)}
    )
    model = randomize(AutoModelForSequenceClassification.from_config(config), 77)
    tokenizer = AutoTokenizer.from_pretrained(start)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    lines = texts(100)
    worst = compare(name, folder, model, tokenizer, lines, predict(folder, lines))
    print(f"{name}: saved by Python, {len(lines)} texts in Java: largest difference {worst:.1e}")
    return worst


def there_and_back(name, work):
    """Java trains and saves, Python opens that and saves from there, Java opens it; the largest difference of both."""
    folder, worst = from_java(name, GOLDEN / name / "base", 100, 100, work)
    return max(worst, from_python(name, folder, work))


def make_ready():
    torch.set_num_threads(1)  # tiny models: threads only wait for each other
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    build()


def main():
    make_ready()
    work = Path(tempfile.mkdtemp(prefix="afina-roundtrip-"))
    try:
        worst = [there_and_back(name, work) for name in SEEDS]
        worst.append(from_java("minilm", MINILM, 40, 20, work)[1])
    finally:
        if os.environ.get("AFINA_KEEP"):
            print(f"kept: {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
    print(f"{len(SEEDS)} families there and back, MiniLM there, largest difference of a logit {max(worst):.1e}")


if __name__ == "__main__":
    main()
