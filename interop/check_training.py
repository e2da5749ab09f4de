"""Rates, order, early stopping and losses regenerate; transformers reads the checkpoints of a training by Java."""

import csv
import tempfile
from pathlib import Path

from golden import check
from golden_models import TRAINING_ROWS
from java import build, java
from transformers import AutoModelForSequenceClassification, AutoTokenizer, TrainerState

BASE = "core/src/test/resources/golden/models/bert/base"


def checkpoints():
    """Trains with checkpoints, and opens each in Python."""
    build()
    with tempfile.TemporaryDirectory() as temporary:
        rows = Path(temporary) / "rows.csv"
        with rows.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("text", "label"), *((text, f"label {label}") for text, label in TRAINING_ROWS)])
        java(
            "train", "--checkpoint", BASE, "--train", rows, "--output", f"{temporary}/model", "--checkpoints",
            f"{temporary}/checkpoints", "--max-steps", 12, "--eval-steps", 4, "--save-steps", 4, "--logging-steps", 3,
            "--keep-best", "accuracy", "--json",
        )
        folders = sorted(Path(temporary, "checkpoints").iterdir())
        assert [f.name for f in folders] == ["checkpoint-12", "checkpoint-4", "checkpoint-8"], folders
        for folder in folders:
            state = TrainerState.load_from_json(str(folder / "trainer_state.json"))
            step = int(folder.name.split("-")[1])
            assert (state.global_step, state.max_steps, state.eval_steps) == (step, 12, 4), state
            assert [e["step"] for e in state.log_history if "loss" in e] == list(range(3, step + 1, 3)), state
            assert [e["step"] for e in state.log_history if "eval_accuracy" in e] == list(range(4, step + 1, 4)), state
            best = max(e["eval_accuracy"] for e in state.log_history if "eval_accuracy" in e)
            assert state.best_metric == best, state
            model = AutoModelForSequenceClassification.from_pretrained(folder)
            assert list(model.config.id2label.values()) == ["label 0", "label 1", "label 2"], model.config
            AutoTokenizer.from_pretrained(folder)
    print(f"{len(folders)} checkpoints open in transformers, with their trainer_state.json")


check("golden_training.py", "training/src/test/resources/golden", tolerance=1e-12, complete=False)
check("golden_losses.py", "core/src/test/resources/golden/training", tolerance=1e-4, complete=False)
check("golden_tasks.py", "core/src/test/resources/golden/training", tolerance=1e-4, complete=False)
check("golden_uncertainty.py", "core/src/test/resources/golden/uncertainty", tolerance=1e-4)
check("golden_decisions.py", "core/src/test/resources/golden/decisions", tolerance=1e-9)
check("golden_long_texts.py", "core/src/test/resources/golden/longtexts", tolerance=1e-4)
checkpoints()
