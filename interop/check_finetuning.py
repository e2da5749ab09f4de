"""Java fine-tunes new random weights of each family on a real data set and saves; Python opens that and predicts the same.

The data set is tweeteval_stance_climate where AFINA_DATA names a folder that has it, else BANKING77's first labels as the
examples ship them. It proves the road, not the quality: tiny models that have seen nothing learn little.
"""

import csv
import gzip
import math
import os
import tempfile
from pathlib import Path

import torch
from check_roundtrip import check_folder, compare, expect, make_ready, train, write_csv
from golden_models import OPTIONS, SEED, SEEDS, new_config, new_tokenizer, save
from java import predict
from transformers import AutoModel, AutoModelForSequenceClassification, set_seed

SHIPPED = Path("examples/src/main/resources/banking77")
SHIPPED_LABELS = 3
TEXTS = 100


def read(file, label):
    with gzip.open(file, "rt", encoding="utf-8", newline="") if file.suffix == ".gz" else file.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row[label]) for row in csv.DictReader(lines)]


def data():
    """(name, rows to train on, rows to test on)."""
    stance = Path(os.environ.get("AFINA_DATA", "")) / "tweeteval_stance_climate"
    if (stance / "train.csv").is_file():
        return stance.name, read(stance / "train.csv", "label"), read(stance / "test.csv", "label")
    train_rows, test_rows = (read(SHIPPED / f"{part}.csv.gz", "category") for part in ("train", "test"))
    labels = sorted({label for _, label in train_rows})[:SHIPPED_LABELS]
    return "banking77", *([row for row in rows if row[1] in labels] for rows in (train_rows, test_rows))


def new_weights(family, folder):
    """An encoder without head, its weights drawn as transformers draws those of a model that is to be pretrained."""
    set_seed(SEED)
    tokenizer = new_tokenizer(family)
    config = new_config(family, len(tokenizer), **OPTIONS.get(family, {}))
    config.num_labels = 2  # with names of no meaning: of a head that it has not
    save(AutoModel.from_config(config), tokenizer, folder)
    return folder


def weights_of(folder):
    return AutoModelForSequenceClassification.from_pretrained(folder).base_model.state_dict()


def fine_tune(family, rows, test_rows, work):
    """The figures that Java printed and the largest difference of a logit in Python."""
    start, folder = new_weights(family, work / f"{family}-start"), work / family
    files = [write_csv(part, work / f"{name}.csv") for name, part in (("train", rows), ("test", test_rows))]
    figures = train(start, files[0], folder, "--test", files[1], "--validation-share", 0)
    expect(math.isfinite(figures["trainingLoss"]), f"{family}: training loss {figures['trainingLoss']}")
    model, tokenizer = check_folder(family, folder, sorted({label for _, label in rows}))
    before, after = weights_of(start), model.base_model.state_dict()
    still = [name for name in after if name.endswith("weight") and torch.equal(before[name], after[name])]
    expect(not still, f"{family}: not trained: {still}")
    lines = [" ".join(text.split()) for text, _ in test_rows[:TEXTS]]
    return figures, compare(family, folder, model, tokenizer, lines, predict(folder, lines))


def main():
    make_ready()
    name, rows, test_rows = data()
    worst = []
    with tempfile.TemporaryDirectory(prefix="afina-finetuning-") as work:
        for family in SEEDS:
            figures, difference = fine_tune(family, rows, test_rows, Path(work))
            worst.append(difference)
            print(
                f"{family}: {figures['steps']} steps on {len(rows)} rows of {name}, training loss {figures['trainingLoss']:.4f},"
                f" accuracy {figures['accuracy']:.3f} of {len(test_rows)} rows; largest difference of a logit in Python {difference:.1e}",
                flush=True,
            )
    print(f"{len(SEEDS)} families from random weights on {name}, opened by Python, largest difference of a logit {max(worst):.1e}")


if __name__ == "__main__":
    main()
