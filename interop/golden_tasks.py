"""Golden files of multi-label classification, regression and pairs: losses, and 30 steps of the Trainer.

    python interop/golden_tasks.py core/src/test/resources/golden/training

The losses are torch's; the Trainer starts from the committed tiny BERT and takes its loss from the problem type, which
transformers infers from the labels. The predictions are those of its text-classification pipeline.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from datasets import Dataset
from golden_losses import BASE
from golden_models import (
    KEY_BIAS, NO_DROPOUT, SEED, TRAINING_MAX_TOKENS, TRAINING_ROWS, RecordingTrainer, encode, training_arguments
)
from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, pipeline, set_seed


def case(loss, logits, targets, **more):
    loss.backward()
    return {"logits": logits.tolist(), "targets": targets.tolist(), "loss": loss.item(),
            "gradients": logits.grad.tolist()} | more


def multi_label_losses():
    torch.manual_seed(9)
    cases = []
    for weights in (None, [0.5, 2.0, 7.25, 1.0]):
        logits = (torch.randn(7, 4) * 4).requires_grad_()
        targets = torch.randint(0, 2, (7, 4)).float()
        weight = None if weights is None else torch.tensor(weights)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, pos_weight=weight)
        cases.append(case(loss, logits, targets, gamma=0.0, weights=weights or []))
    for gamma in (1.0, 2.5):
        logits = (torch.randn(7, 4) * 2).requires_grad_()
        targets = torch.randint(0, 2, (7, 4)).float()
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        wrong = (torch.sigmoid(logits) - targets).abs()  # 1 − what was given to the truth
        cases.append(case((wrong**gamma * entropy).mean(), logits, targets, gamma=gamma, weights=[]))
    return cases


def regression_losses():
    torch.manual_seed(10)
    cases = []
    for targets in (1, 3):
        for kind in ("mse_loss", "l1_loss"):
            logits = (torch.randn(7, targets) * 2).requires_grad_()
            values = torch.randn(7, targets) * 3
            loss = getattr(torch.nn.functional, kind)(logits, values)
            cases.append(case(loss, logits, values, kind=kind))
    return cases


def rows(kind):
    """Text, pair and label of each row; lists of floats are multi-label or several targets, as the Trainer takes them."""
    for i, (text, label) in enumerate(TRAINING_ROWS):
        pair = TRAINING_ROWS[(i * 7 + 1) % len(TRAINING_ROWS)][0]
        if kind == "multi_label":
            yield text, None, [float(i % 2 == 0), float(label == 1), float(i % 5 == 3)]
        elif kind == "multi_label_pairs":
            yield text, pair, [float(i % 2 == 0), float(label == 1)]
        elif kind == "regression":
            yield text, None, [round(label * 1.5 - 1 + 0.05 * (i % 7), 4)]
        elif kind == "regression_pairs":
            yield text, pair, [float(label), round(0.25 * (i % 4) - 1, 4), round(-0.5 * label + 0.01 * i, 4)]
        else:
            yield text, pair, label


def run(kind):
    data = list(rows(kind))
    single = kind == "pairs"
    outputs = 3 if single else len(data[0][2])
    # With one output transformers infers a regression, with several and floats multi-label: several targets are said.
    said = {"problem_type": "regression"} if kind == "regression_pairs" else {}
    set_seed(SEED)
    model = AutoModelForSequenceClassification.from_pretrained(
        BASE, num_labels=outputs, **said, **NO_DROPOUT["bert"]
    )
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    columns = []
    for i, (text, pair, label) in enumerate(data):
        ids, types = encode(tokenizer, model, text, pair, TRAINING_MAX_TOKENS)
        columns.append(
            {"row": i, "input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": types, "labels": label}
        )
    dataset = Dataset.from_list(columns)
    options = dict(
        seed=SEED, per_device_train_batch_size=5, learning_rate=2e-3, weight_decay=0.1, warmup_steps=4,
        max_grad_norm=1.0, max_steps=30,
    )
    with tempfile.TemporaryDirectory() as temporary:
        trainer = RecordingTrainer(
            model=model, args=training_arguments(temporary, **options), train_dataset=dataset,
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
    model.eval()
    predict = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, device="cpu")
    inputs = [text if pair is None else {"text": text, "text_pair": pair} for text, pair, _ in data[:6]]
    found = predict(inputs, truncation=True, max_length=TRAINING_MAX_TOKENS)
    predictions = [{p["label"]: p["score"] for p in scores} for scores in found]
    return {
        "options": options | {"max_tokens": TRAINING_MAX_TOKENS},
        "problemType": model.config.problem_type,
        "rows": [{"text": text, "pair": pair, "label": label} for text, pair, label in data],
        "steps": trainer.records,
        "parameterNorms": {
            name: float(p.detach().double().norm()) for name, p in model.named_parameters() if not KEY_BIAS.search(name)
        },
        "predictions": predictions,
    }


def main(out):
    files = {"multi_label_losses": multi_label_losses(), "regression_losses": regression_losses()}
    for kind in ("multi_label", "multi_label_pairs", "regression", "regression_pairs", "pairs"):
        files[f"task_{kind}"] = run(kind)
    for name, content in files.items():
        (Path(out) / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
