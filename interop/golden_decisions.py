"""Golden files of calibration (temperatures by scipy, calibration errors and losses by numpy) and of thresholds (scikit-learn).

    python interop/golden_decisions.py core/src/test/resources/golden/decisions

Logits are float32, as a model gives them. The temperature is where the slope of the mean cross-entropy by 1 / T is 0, found
by scipy's brentq in float64; a second search, for the least loss itself, must find the same.

Thresholds are those of TunedThresholdClassifierCV, which takes the first of equally good ones, so the lowest. It tries what we
give it: midway between neighbouring scores, 0 (all texts are given the label) and 1 (none is).
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit, log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score, balanced_accuracy_score, fbeta_score, make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV

BINS = 15


def calibration_error(p, right):
    """Expected calibration error in bins (lower, upper] of equal width."""
    bins = np.clip(np.ceil(p * BINS).astype(int) - 1, 0, BINS - 1)
    return float(sum(abs(p[bins == b].sum() - right[bins == b].sum()) for b in range(BINS)) / len(p))


def one_label(z, y):
    rows = np.arange(len(y))

    def loss(beta):
        return float(-log_softmax(beta * z, -1)[rows, y].mean())

    def slope(beta):
        return float(((softmax(beta * z, -1) * z).sum(-1) - z[rows, y]).mean())

    def error(beta):
        p = softmax(beta * z, -1)
        return calibration_error(p.max(-1), p.argmax(-1) == y)

    return loss, slope, error


def several_labels(z, y):
    def loss(beta):
        return float((np.logaddexp(0, beta * z) - y * beta * z).mean())

    def slope(beta):
        return float(((expit(beta * z) - y) * z).mean())

    def error(beta):
        return calibration_error(expit(beta * z).ravel(), y.ravel())

    return loss, slope, error


def case(name, kind, z, y):
    loss, slope, error = kind(z.astype(np.float64), y)
    beta = brentq(slope, 1e-3, 1e3, xtol=1e-15, rtol=8.9e-16)
    again = minimize_scalar(loss, bounds=(beta / 2, beta * 2), method="bounded", options={"xatol": 1e-12}).x
    assert abs(again - beta) < 1e-5 * beta, (again, beta)
    return {
        "name": name, "several": kind is several_labels, "logits": z.astype(float).tolist(), "truth": y.tolist(),
        "temperature": 1 / beta, "error": error(beta), "errorBefore": error(1.0),
        "loss": loss(beta), "lossBefore": loss(1.0),
    }


METRICS = {
    "f1": make_scorer(fbeta_score, beta=1, zero_division=0),
    "f2": make_scorer(fbeta_score, beta=2, zero_division=0),
    "f_half": make_scorer(fbeta_score, beta=0.5, zero_division=0),
    "accuracy": make_scorer(accuracy_score),
    "youden": make_scorer(balanced_accuracy_score, adjusted=True),
}


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose input is the probability of class 1."""

    def fit(self, x, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, x):
        return np.column_stack([1 - x[:, 0], x[:, 0]])


def tuned(name, p, y):
    x = p[:, None]
    groups = np.unique(p)
    candidates = np.concatenate([[0], groups[:-1] + np.diff(groups) / 2, [1]])
    assert p.max() < 1
    best = {}
    for metric, scorer in METRICS.items():
        search = TunedThresholdClassifierCV(
            Given().fit(x, y), scoring=scorer, cv="prefit", refit=False, thresholds=candidates
        ).fit(x, y)
        best[metric] = [float(search.best_threshold_), float(search.best_score_)]
    return {"name": name, "scores": p.tolist(), "truth": y.tolist(), "best": best}


def thresholds():
    random = np.random.default_rng(5)
    for name, rows, share, skill, digits in [
        ("even", 200, 0.5, 2.0, 9), ("seldom", 300, 0.05, 1.0, 9), ("ties", 150, 0.3, 1.5, 1), ("no skill", 60, 0.1, 0.0, 2),
    ]:
        y = (random.random(rows) < share).astype(int)
        yield tuned(name, np.round(expit(random.normal(skill * (2 * y - 1), 1.0)), digits).clip(0, 0.99), y)
    yield tuned("none is best", np.array([0.99, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]), np.array([0, 0, 0, 0, 0, 1, 0, 0]))


def main(out):
    random = np.random.default_rng(12)
    cases = []
    for name, rows, labels, scale in [("too sure", 300, 5, 4.0), ("too careful", 200, 3, 0.3), ("binary", 120, 2, 2.0)]:
        clean = random.normal(0, 1.5, (rows, labels))
        y = np.array([random.choice(labels, p=softmax(row)) for row in clean])
        cases.append(case(name, one_label, (clean * scale).astype(np.float32), y))
    clean = random.normal(-1, 1.5, (150, 4))
    y = (random.random(clean.shape) < expit(clean)).astype(int)
    cases.append(case("several labels", several_labels, (clean * 2.5).astype(np.float32), y))
    far = np.array([[90, 0], [80, 70], [0, 60]], np.float32)  # where exp would overflow
    cases.append(case("far apart", one_label, far, np.array([0, 1, 1])))
    Path(out).mkdir(parents=True, exist_ok=True)
    (Path(out) / "calibration.json").write_text(json.dumps(cases) + "\n")
    (Path(out) / "thresholds.json").write_text(json.dumps(list(thresholds())) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
