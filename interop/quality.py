"""The peer's figures: fine-tunes MiniLM with the Trainer of transformers and prints one JSON object.

    interop/.venv/bin/python interop/quality.py --train train.csv --test test.csv --epochs 5 --batch-size 16 \
        --max-tokens 60 --learning-rate 5e-5 --seed 42

The CSV files have a header; the label column holds names or whole numbers. Texts per second count the texts of all
epochs over the Trainer's own running time, and those of the test file over its evaluation.
"""

import argparse
import csv
import gzip
import json
import os
import sys
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import torch
import transformers
from datasets import Dataset
from minilm import open_minilm
from sklearn.metrics import accuracy_score, f1_score
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    set_seed,
)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True, help="CSV file, may be gzip")
    parser.add_argument("--test", required=True, help="CSV file, may be gzip")
    parser.add_argument("--text", default="text", help="column of the text (default: text)")
    parser.add_argument("--label", default="label", help="column of the label (default: label)")
    parser.add_argument("--checkpoint", help="jar or folder with MiniLM's ONNX and tokenizer (default: Maven's local repository)")
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--warmup-steps", type=float, default=0)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--limit", type=int, help="only the first rows of each file: to try it out")
    parser.add_argument("--threads", type=int, help="threads of torch (default: its own)")
    return parser.parse_args()


def read(file, options):
    opened = gzip.open if file.endswith(".gz") else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        rows = [(row[options.text], row[options.label]) for row in csv.DictReader(lines)]
    return rows[: options.limit]


def main():
    options = arguments()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if options.threads:
        torch.set_num_threads(options.threads)
    train, test = read(options.train, options), read(options.test, options)
    names = {label for _, label in train}
    labels = sorted(names, key=int if all(name.lstrip("-").isdigit() for name in names) else str)
    ids = {label: i for i, label in enumerate(labels)}
    unknown = sorted({label for _, label in test} - names)
    if unknown:
        sys.exit(f"{options.test}: labels {unknown} are not in {options.train}")

    with tempfile.TemporaryDirectory() as folder:
        base, tokenizer, difference = open_minilm(options.checkpoint)
        base.save_pretrained(folder)  # so that the new pooler and head are drawn as for any checkpoint
        set_seed(options.seed)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, id2label=dict(enumerate(labels)), label2id=ids, num_labels=len(labels)
        )

        def encode(rows):
            encoded = tokenizer([text for text, _ in rows], truncation=True, max_length=options.max_tokens)
            return Dataset.from_dict({**encoded, "labels": [ids[label] for _, label in rows]})

        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder, use_cpu=True, report_to="none", save_strategy="no", disable_tqdm=True,
                logging_strategy="no", dataloader_pin_memory=False, seed=options.seed, num_train_epochs=options.epochs,
                per_device_train_batch_size=options.batch_size, per_device_eval_batch_size=64,
                learning_rate=options.learning_rate, weight_decay=options.weight_decay, warmup_steps=options.warmup_steps,
            ),
            train_dataset=encode(train),
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        figures = trainer.train().metrics
        started = time.perf_counter()
        output = trainer.predict(encode(test))
        seconds = time.perf_counter() - started
    predicted, truth = output.predictions.argmax(-1), output.label_ids
    print(json.dumps({
        "accuracy": float(accuracy_score(truth, predicted)),
        "macroF1": float(f1_score(truth, predicted, average="macro", zero_division=0)),
        "testLoss": output.metrics["test_loss"],
        "trainLoss": figures["train_loss"],
        "trainTexts": len(train),
        "testTexts": len(test),
        "labels": len(labels),
        "trainSeconds": figures["train_runtime"],
        "trainTextsPerSecond": len(train) * options.epochs / figures["train_runtime"],
        "predictTextsPerSecond": len(test) / seconds,
        "onnxDifference": difference,
        "threads": torch.get_num_threads(),
        "options": {k: v for k, v in vars(options).items() if k in (
            "epochs", "batch_size", "max_tokens", "learning_rate", "weight_decay", "warmup_steps", "seed", "limit")},
        "versions": {"transformers": transformers.__version__, "torch": torch.__version__},
    }))


if __name__ == "__main__":
    main()
