"""The peer's figures: fine-tunes MiniLM with the Trainer of transformers and prints one JSON object.

    interop/.venv/bin/python interop/quality.py --train train.csv --test test.csv --epochs 5 --batch-size 16 \
        --max-tokens 60 --learning-rate 5e-5 --seed 42

The CSV files have a header; the label column holds names or whole numbers; with --task multi-label several of them, as
--label-separator says; with --task regression a number. --lora trains a PEFT adapter. Texts per second count the texts of all
epochs over the Trainer's own running time, and those of the test file over its evaluation.
"""

import argparse
import csv
import gzip
import json
import os
import resource
import sys
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import torch
import transformers
from datasets import Dataset
from minilm import open_minilm
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, f1_score, mean_squared_error
from sklearn.utils.class_weight import compute_class_weight
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
    parser.add_argument("--pair", help="column of a second text (default: none)")
    parser.add_argument("--task", choices=["single-label", "multi-label", "regression"], default="single-label")
    parser.add_argument("--label-separator", default=",", help="between the labels of a text (default: a comma)")
    parser.add_argument("--class-weights", choices=["balanced"], help="weigh labels as scikit-learn's balanced does")
    parser.add_argument("--lora", type=int, help="rank of a LoRA adapter that is trained instead (default: none)")
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
    """(text, pair or None, label) of each row."""
    opened = gzip.open if file.endswith(".gz") else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        rows = [
            (row[options.text], row[options.pair] if options.pair else None, row[options.label])
            for row in csv.DictReader(lines)
        ]
    return rows[: options.limit]


def named(rows, options):
    """The names of the labels in the order of the outputs."""
    if options.task == "regression":
        return ["value"]
    names = {name for _, _, label in rows for name in split(label, options)}
    return sorted(names, key=int if all(name.lstrip("-").isdigit() for name in names) else str)


def split(label, options):
    return label.split(options.label_separator) if options.task == "multi-label" else [label]


def target(label, ids, options):
    if options.task == "regression":
        return float(label)
    if options.task == "single-label":
        return ids[label]
    has = {ids[name] for name in split(label, options)}
    return [float(i in has) for i in range(len(ids))]


def scores(options, output):
    truth, logits = output.label_ids, output.predictions
    if options.task == "regression":
        values = logits.squeeze(-1)
        return {
            "meanSquaredError": float(mean_squared_error(truth, values)), "pearson": float(pearsonr(truth, values)[0]),
            "spearman": float(spearmanr(truth, values)[0]),
        }
    if options.task == "multi-label":
        predicted = logits > 0  # a probability over 0.5
        averages = {f"{a}F1": float(f1_score(truth, predicted, average=a, zero_division=0)) for a in ("micro", "macro")}
        return averages | {"subsetAccuracy": float(accuracy_score(truth, predicted))}
    predicted = logits.argmax(-1)
    return {
        "accuracy": float(accuracy_score(truth, predicted)),
        "macroF1": float(f1_score(truth, predicted, average="macro", zero_division=0)),
    }


class WeightedTrainer(Trainer):
    """Class weights as people give them to the Trainer."""

    class_weights = None

    def compute_loss(self, model, inputs, return_outputs=False, **kwargs):
        if self.class_weights is None:
            return super().compute_loss(model, inputs, return_outputs=return_outputs, **kwargs)
        outputs = model(**{k: v for k, v in inputs.items() if k != "labels"})
        loss = torch.nn.functional.cross_entropy(outputs.logits, inputs["labels"], weight=self.class_weights)
        return (loss, outputs) if return_outputs else loss


def main():
    options = arguments()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if options.threads:
        torch.set_num_threads(options.threads)
    train, test = read(options.train, options), read(options.test, options)
    labels = named(train, options)
    ids = {label: i for i, label in enumerate(labels)}
    unknown = sorted(set(named(test, options)) - set(labels))
    if unknown:
        sys.exit(f"{options.test}: labels {unknown} are not in {options.train}")

    with tempfile.TemporaryDirectory() as folder:
        base, tokenizer, difference = open_minilm(options.checkpoint)
        base.save_pretrained(folder)  # so that the new pooler and head are drawn as for any checkpoint
        set_seed(options.seed)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, id2label=dict(enumerate(labels)), label2id=ids, num_labels=len(labels)
        )
        if options.lora:
            from peft import LoraConfig, TaskType, get_peft_model

            model = get_peft_model(model, LoraConfig(task_type=TaskType.SEQ_CLS, r=options.lora, modules_to_save=["classifier", "pooler"]))

        def encode(rows):
            pairs = [pair for _, pair, _ in rows] if options.pair else None
            encoded = tokenizer([text for text, _, _ in rows], pairs, truncation=True, max_length=options.max_tokens)
            return Dataset.from_dict({**encoded, "labels": [target(label, ids, options) for _, _, label in rows]})

        trainer = WeightedTrainer(
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
        if options.class_weights:
            truth = [ids[label] for _, _, label in train]
            trainer.class_weights = torch.tensor(
                compute_class_weight("balanced", classes=np.arange(len(labels)), y=truth), dtype=torch.float32
            )
        figures = trainer.train().metrics
        started = time.perf_counter()
        output = trainer.predict(encode(test))
        seconds = time.perf_counter() - started
    print(json.dumps(scores(options, output) | {
        "testLoss": output.metrics["test_loss"],
        "trainLoss": figures["train_loss"],
        "trainTexts": len(train),
        "testTexts": len(test),
        "labels": len(labels),
        "trainSeconds": figures["train_runtime"],
        "trainTextsPerSecond": len(train) * options.epochs / figures["train_runtime"],
        "predictTextsPerSecond": len(test) / seconds,
        "onnxDifference": difference,
        "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "threads": torch.get_num_threads(),
        "options": {k: v for k, v in vars(options).items() if k in (
            "epochs", "batch_size", "max_tokens", "learning_rate", "weight_decay", "warmup_steps", "seed", "limit")},
        "versions": {"transformers": transformers.__version__, "torch": torch.__version__},
    }))


if __name__ == "__main__":
    main()
