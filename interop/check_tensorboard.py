"""TensorBoard's own reader gives the curves of a training by Java, also of one that goes on from a checkpoint or was cut."""

import csv
import json
import tempfile
from pathlib import Path

from golden_texts import TRAINING_ROWS
from java import build, java
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

BASE = "core/src/test/resources/golden/models/bert/base"


def train(folder, *options):
    rows = folder / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *((text, f"label {label}") for text, label in TRAINING_ROWS)])
    java(
        "train", "--checkpoint", BASE, "--train", rows, "--output", folder / "model", "--checkpoints",
        folder / "checkpoints", "--eval-steps", 4, "--save-steps", 4, "--logging-steps", 2, "--tensorboard",
        folder / "board", "--json", *options,
    )


def curves(folder):
    board = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    board.Reload()
    return {tag: [(e.step, e.value) for e in board.Scalars(tag)] for tag in board.Tags()["scalars"]}


def history(folder, step):
    """What trainer_state.json tells of the same training, under TensorBoard's names."""
    wanted = {}
    for entry in json.loads((folder / f"checkpoints/checkpoint-{step}/trainer_state.json").read_text())["log_history"]:
        for name, value in entry.items():
            if name not in ("step", "epoch"):
                tag = f"eval/{name[5:]}" if name.startswith("eval_") else f"train/{name}"
                wanted.setdefault(tag, []).append((entry["step"], value))
    return wanted


def compare(found, wanted):
    for tag, points in wanted.items():
        assert [step for step, _ in found[tag]] == [step for step, _ in points], (tag, found[tag], points)
        assert all(abs(a - b) <= 1e-6 * max(1, abs(b)) for (_, a), (_, b) in zip(found[tag], points)), (tag, found[tag], points)


build()
with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    train(folder, "--max-steps", 12)
    found, wanted = curves(folder / "board"), history(folder, 12)
    compare(found, wanted)
    assert len(found["train/loss"]) == 6 and len(found["eval/accuracy"]) == 3, found
    assert [step for step, _ in found["train/train_loss"]] == [12], found

    # A reader that meets half a record gives what is before it.
    [file] = (folder / "board").iterdir()
    cut = folder / "cut" / file.name
    cut.parent.mkdir()
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    some = curves(cut.parent)
    assert 1 <= len(some["train/loss"]) < 6 and some["train/loss"] == found["train/loss"][: len(some["train/loss"])], some

    # From checkpoint 8 again: what the first run wrote after it is not shown twice.
    for step in (12,):
        (folder / f"checkpoints/checkpoint-{step}").rename(folder / "put-aside")
    train(folder, "--max-steps", 12, "--resume")
    assert len(list((folder / "board").iterdir())) == 2
    compare(curves(folder / "board"), history(folder, 12))
print(f"{len(found)} curves; those of trainer_state.json are alike, also after a cut and a resume")
