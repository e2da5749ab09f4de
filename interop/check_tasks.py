"""Multi-label and regression models go there and back: Python's pipeline gives what Java predicts with the same folder."""

import csv
import tempfile
from pathlib import Path

from check_roundtrip import GOLDEN, TOLERANCE, expect, texts
from golden_models import SEED, randomize
from golden_texts import TRAINING_ROWS
from java import build, java, predict
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline, set_seed

BASE = GOLDEN / "bert/base"
LINES = texts(40)


def compare(name, folder, problem_type, member):
    """The largest difference of a number between Java's predictions and the pipeline's, for single texts and pairs."""
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    expect(model.config.problem_type == problem_type, f"{name}: problem_type {model.config.problem_type}")
    ask = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, device="cpu")
    worst = 0.0
    for line, got in zip(LINES, predict(folder, LINES)):
        scores = {s["label"]: s["score"] for s in ask([line], truncation=True)[0]}
        expect(set(scores) == set(got[member]), f"{name}: {sorted(got[member])}, Python {sorted(scores)}")
        difference = max(abs(scores[label] - got[member][label]) for label in scores)
        expect(difference <= TOLERANCE, f"{name}: {line[:80]!r}: Java {got[member]}, Python {scores}")
        if problem_type == "multi_label_classification":
            over = {label for label, score in scores.items() if score > 0.5 + TOLERANCE}
            expect(over <= set(got["labels"]), f"{name}: labels {got['labels']}, Python {scores}")
        worst = max(worst, difference)
    return worst


def write(file, header, rows):
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return file


def train(file, folder, *options):
    return java(
        "train", "--checkpoint", BASE, "--train", file, "--output", folder, "--epochs", 2, "--learning-rate", "1e-3",
        "--validation-share", 0.2, "--json", *options,
    )


def from_java(work):
    flags = [(text, int(i % 2 == 0), int(label == 1)) for i, (text, label) in enumerate(TRAINING_ROWS)]
    tags = train(
        write(work / "tags.csv", ("text", "even", "one"), flags), work / "tags", "--label-columns", "even,one",
        "--positive-weights", "balanced",
    )
    expect("microF1" in tags, f"train: {tags}")
    pairs = [(text, TRAINING_ROWS[i - 1][0], label * 1.5, i / 10) for i, (text, label) in enumerate(TRAINING_ROWS)]
    numbers = train(
        write(work / "numbers.csv", ("a", "b", "x", "y"), pairs), work / "numbers", "--text", "a", "--pair", "b",
        "--value-columns", "x,y", "--labels", "x,y",
    )
    expect("pearson" in numbers, f"train: {numbers}")
    return [
        compare("tags by Java", work / "tags", "multi_label_classification", "scores"),
        compare("numbers by Java", work / "numbers", "regression", "values"),
    ]


def from_python(work):
    differences = []
    for name, problem_type, labels, member in (
        ("tags", "multi_label_classification", ["a", "b", "c", "d"], "scores"),
        ("number", "regression", ["score"], "values"),
    ):
        set_seed(SEED)
        model = AutoModelForSequenceClassification.from_pretrained(
            BASE, num_labels=len(labels), id2label=dict(enumerate(labels)), problem_type=problem_type,
            label2id={label: i for i, label in enumerate(labels)},
        )
        randomize(model, SEED)
        folder = work / f"{name}-python"
        model.save_pretrained(folder)
        AutoTokenizer.from_pretrained(BASE).save_pretrained(folder)
        differences.append(compare(f"{name} by Python", folder, problem_type, member))
    return differences


def main():
    build()
    with tempfile.TemporaryDirectory(prefix="afina-tasks-") as work:
        differences = from_java(Path(work)) + from_python(Path(work))
    print(
        f"multi-label and regression, from Java and from Python, {len(LINES)} texts each: scores differ by"
        f" {max(differences):.1e} at most"
    )


if __name__ == "__main__":
    main()
