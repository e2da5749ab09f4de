"""Golden file of what a training decides by numbers alone: rates, order by length, early stopping.

    python interop/golden_training.py training/src/test/resources/golden

The schedules and the order are transformers' own functions, the plateau torch's, the stopping transformers' callback.
"""

import json
import random
import sys
from pathlib import Path

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau
from transformers import EarlyStoppingCallback, TrainerControl, TrainerState, TrainingArguments, get_scheduler
from transformers.trainer_pt_utils import get_length_grouped_indices

PEAK = 3e-4
SCHEDULES = {
    "linear": ("linear", {}),
    "cosine": ("cosine", {}),
    "cosine_with_restarts_3": ("cosine_with_restarts", {"num_cycles": 3}),
    "cosine_with_min_lr": ("cosine_with_min_lr", {"min_lr_rate": 0.1}),
    "polynomial": ("polynomial", {}),
    "polynomial_2": ("polynomial", {"power": 2.0, "lr_end": 1e-5}),
    "constant": ("constant", {}),
    "constant_with_warmup": ("constant_with_warmup", {}),
    "inverse_sqrt": ("inverse_sqrt", {}),
    "warmup_stable_decay": ("warmup_stable_decay", {"num_decay_steps": 9}),
    "warmup_stable_decay_linear": (
        "warmup_stable_decay",
        {"num_decay_steps": 9, "warmup_type": "cosine", "decay_type": "linear", "min_lr_ratio": 0.05},
    ),
    "warmup_stable_decay_sqrt": (
        "warmup_stable_decay",
        {"num_decay_steps": 9, "warmup_type": "1-sqrt", "decay_type": "1-sqrt", "min_lr_ratio": 0.2},
    ),
}


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK)


def rates(name, arguments, warmup, total):
    sgd = optimizer()
    schedule = get_scheduler(
        name, sgd, num_warmup_steps=warmup, num_training_steps=total, scheduler_specific_kwargs=arguments
    )
    values = []
    for _ in range(total):
        values.append(sgd.param_groups[0]["lr"])
        sgd.step()
        schedule.step()
    return values


def schedules():
    cases = []
    for key, (name, arguments) in SCHEDULES.items():
        warmups = [0] if name == "constant" else [7] if name == "constant_with_warmup" else [0, 7]
        for warmup in warmups:
            cases.append({"key": key, "warmup": warmup, "total": 31, "rates": rates(name, arguments, warmup, 31)})
    return cases


def plateaus():
    draw = random.Random(5)
    cases = []
    for greater, patience, cooldown in [(False, 2, 0), (True, 1, 2), (False, 0, 1)]:
        sgd = optimizer()
        plateau = ReduceLROnPlateau(
            sgd, mode="max" if greater else "min", factor=0.3, patience=patience, threshold=0.01, cooldown=cooldown,
            min_lr=1e-6,
        )
        metrics, values = [], []
        for step in range(40):
            metric = round(0.5 + (0.01 * step if greater else -0.01 * step) * draw.random() + 0.2 * draw.random(), 4)
            metrics.append(metric)
            plateau.step(metric)
            values.append(sgd.param_groups[0]["lr"])
        cases.append(
            {"greater": greater, "patience": patience, "cooldown": cooldown, "metrics": metrics, "rates": values}
        )
    return cases


def stopping():
    """After which evaluation the training stops; -1 for never."""
    draw = random.Random(6)
    cases = []
    for greater in (True, False):
        for patience, threshold in [(1, 0.0), (2, 0.0), (3, 0.02), (2, 0.1)]:
            metrics = [round(draw.random(), 3) for _ in range(30)]
            arguments = TrainingArguments(
                output_dir="unused", eval_strategy="steps", save_strategy="steps", load_best_model_at_end=True,
                metric_for_best_model="m", greater_is_better=greater, use_cpu=True,
            )
            callback = EarlyStoppingCallback(patience, threshold)
            state, control = TrainerState(), TrainerControl()
            stopped = -1
            for i, metric in enumerate(metrics):
                callback.on_evaluate(arguments, state, control, {"eval_m": metric})
                better = state.best_metric is None or (
                    metric > state.best_metric if greater else metric < state.best_metric
                )
                if better:
                    state.best_metric = metric
                if control.should_training_stop:
                    stopped = i
                    break
            cases.append(
                {"greater": greater, "patience": patience, "threshold": threshold, "metrics": metrics,
                 "stopped": stopped}
            )
    return cases


def orders():
    draw = random.Random(7)
    cases = []
    for size, batch, seed in [(23, 3, 42), (400, 2, 1), (5, 8, 3), (97, 6, 11)]:
        lengths = [draw.randint(3, 40) for _ in range(size)]
        generator = torch.Generator()
        generator.manual_seed(seed)
        order = [int(i) for i in get_length_grouped_indices(lengths, batch, generator=generator)]
        cases.append({"lengths": lengths, "batch": batch, "seed": seed, "order": order})
    return cases


def main(out):
    golden = {
        "peak": PEAK, "schedules": schedules(), "plateaus": plateaus(), "stopping": stopping(), "orders": orders()
    }
    (Path(out) / "training.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
