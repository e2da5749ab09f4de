"""Golden files of the losses of single labels: values and gradients, and 30 steps of the Trainer.

    python interop/golden_losses.py core/src/test/resources/golden/training

The weighted and smoothed losses are torch's cross_entropy. The Trainer starts from the committed tiny BERT.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from datasets import Dataset
from golden_models import (
    KEY_BIAS, NO_DROPOUT, SEED, TRAINING_MAX_TOKENS, TRAINING_ROWS, RecordingTrainer, encode, training_arguments
)
from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, set_seed

BASE = Path(__file__).parent.parent / "core/src/test/resources/golden/models/bert/base"
WEIGHTS = [1.0, 2.5, 0.4]


def losses():
    """Loss and gradient of logits for weights and smoothing, as cross_entropy has them over a whole update."""
    torch.manual_seed(8)
    cases = []
    for weights, smoothing in [(None, 0.1), ([0.5, 2.0, 1.25, 0.1], 0.0), ([0.5, 2.0, 1.25, 0.1], 0.2)]:
        logits = (torch.randn(7, 4) * 3).requires_grad_()
        labels = torch.randint(0, 4, (7,))
        weight = None if weights is None else torch.tensor(weights)
        loss = torch.nn.functional.cross_entropy(logits, labels, weight=weight, label_smoothing=smoothing)
        loss.backward()
        cases.append(
            {"weights": weights or [], "smoothing": smoothing, "gamma": 0.0, "logits": logits.tolist(),
             "labels": labels.tolist(), "loss": loss.item(), "gradients": logits.grad.tolist()}
        )
    for gamma in (1.0, 2.0, 3.5):
        logits = (torch.randn(7, 4) * 3).requires_grad_()
        labels = torch.randint(0, 4, (7,))
        logs = torch.log_softmax(logits, 1).gather(1, labels[:, None]).squeeze(1)
        loss = (-((1 - logs.exp()) ** gamma) * logs).mean()
        loss.backward()
        cases.append(
            {"weights": [], "smoothing": 0.0, "gamma": gamma, "logits": logits.tolist(), "labels": labels.tolist(),
             "loss": loss.item(), "gradients": logits.grad.tolist()}
        )
    return cases


class WeightedTrainer(RecordingTrainer):
    """Class weights as people give them to the Trainer: cross_entropy over the batch, which here is the update."""

    def compute_loss(self, model, inputs, return_outputs=False, **kwargs):
        outputs = model(**{k: v for k, v in inputs.items() if k != "labels"})
        loss = torch.nn.functional.cross_entropy(outputs.logits, inputs["labels"], weight=torch.tensor(WEIGHTS))
        return (loss, outputs) if return_outputs else loss


def run(kind, **more):
    set_seed(SEED)
    model = AutoModelForSequenceClassification.from_pretrained(BASE, num_labels=3, **NO_DROPOUT["bert"])
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    columns = []
    for i, (text, label) in enumerate(TRAINING_ROWS):
        ids, types = encode(tokenizer, model, text, None, TRAINING_MAX_TOKENS)
        columns.append(
            {"row": i, "input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": types, "labels": label}
        )
    dataset = Dataset.from_list(columns)
    options = dict(
        seed=SEED, per_device_train_batch_size=5, learning_rate=2e-3, weight_decay=0.1, warmup_steps=4,
        max_grad_norm=1.0, max_steps=30, **more,
    )
    with tempfile.TemporaryDirectory() as temporary:
        trainer = kind(
            model=model, args=training_arguments(temporary, **options), train_dataset=dataset,
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
    return {
        "options": options | {"max_tokens": TRAINING_MAX_TOKENS},
        "rows": [{"text": text, "label": label} for text, label in TRAINING_ROWS],
        "steps": trainer.records,
        "parameterNorms": {
            name: float(p.detach().double().norm()) for name, p in model.named_parameters() if not KEY_BIAS.search(name)
        },
    }


def main(out):
    for name, content in {
        "losses": losses(),
        "smoothed": run(RecordingTrainer, label_smoothing_factor=0.1, lr_scheduler_type="cosine"),
        "weighted": run(WeightedTrainer, lr_scheduler_type="inverse_sqrt") | {"weights": WEIGHTS},
    }.items():
        (Path(out) / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
