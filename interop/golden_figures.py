"""Writes golden_figures.txt.gz: random predictions of every kind and what scikit-learn and scipy say of each.

    python interop/golden_figures.py metrics/src/test/resources

The file is UTF-8 text of lines, words separated by single spaces:

    case KIND           binary, single, multi, regression or mcnemar
    in NAME VALUE...    an input: arrays row by row, behind NAME:COLUMNS where they have columns
    out NAME VALUE      a figure, nan where it is undefined
    bin LOWER UPPER COUNT PROBABILITY TRUE
                        a bin of the calibration curve that holds texts
    report DIGITS       a classification_report; its lines follow, each behind a "|"

mcnemar is computed with scipy as statsmodels does it: twice the binomial distribution up to the lesser count, at most 1, and the upper
tail of chi-square with continuity correction.
"""

import gzip
import io
import pathlib
import sys
import warnings

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import calibration, metrics

AVERAGES = ("micro", "macro", "weighted", "samples")


def words(values):
    return " ".join(repr(v.item()) for v in np.asarray(values).ravel())


class File:
    def __init__(self):
        self.out = io.StringIO()

    def case(self, kind, **arrays):
        self.out.write(f"case {kind}\n")
        for name, array in arrays.items():
            array = np.asarray(array)
            columns = f":{array.shape[1]}" if array.ndim == 2 else ""
            self.out.write(f"in {name}{columns} {words(array.astype(int) if array.dtype == bool else array)}\n")

    def figure(self, name, value):
        self.out.write(f"out {name} {float(value)!r}\n")


def bins(file, truth, probability, count):
    """calibration_curve's bins with their edges and counts, and the expected calibration error of them."""
    true, mean = calibration.calibration_curve(truth, probability, n_bins=count) if len(set(truth)) == 2 else (None, None)
    edges = np.linspace(0, 1, count + 1)
    at = np.searchsorted(edges[1:-1], probability)
    error = 0
    for i, b in enumerate(np.unique(at)):
        held = at == b
        mine = (np.mean(probability[held]), np.mean(truth[held]))
        if true is not None:
            assert np.allclose((mean[i], true[i]), mine, rtol=0, atol=1e-15)
        file.out.write(f"bin {float(edges[b])!r} {float(edges[b + 1])!r} {held.sum()} {float(mine[0])!r} {float(mine[1])!r}\n")
        error += held.sum() / len(truth) * abs(mine[0] - mine[1])
    file.figure("calibration_error", error)


def sized(rng):
    return int(rng.choice((1, 2, 3, 7, 20, 60, 150), p=(0.05, 0.05, 0.1, 0.3, 0.35, 0.1, 0.05)))


def scores(rng, truth, columns=None):
    """Probabilities; some files have many ties, some 0 and 1."""
    shape = (len(truth),) if columns is None else (len(truth), columns)
    values = 1 / (1 + np.exp(-(rng.normal(size=shape) + rng.choice((0, 1, 3)) * (truth - 0.5))))
    return np.round(values, int(rng.choice((0, 1, 2, 6))))


def binary(file, rng):
    n = sized(rng)
    truth = rng.random(n) < rng.choice((0.02, 0.3, 0.5, 0.98))
    probability = scores(rng, truth.astype(int))
    count = int(rng.choice((1, 2, 5, 10, 15)))
    file.case("binary", truth=truth, scores=probability, bins=[count])
    file.figure("roc_auc", metrics.roc_auc_score(truth, probability))
    file.figure("average_precision", metrics.average_precision_score(truth, probability))
    bins(file, truth, probability, count)


def single(file, rng):
    n, classes = sized(rng), int(rng.integers(2, 7))
    truth = rng.choice(rng.permutation(classes)[: rng.integers(1, classes + 1)], n)
    logits = rng.normal(size=(n, classes)) + rng.choice((0, 1, 3)) * (np.arange(classes) == truth[:, None])
    rows = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    rows = np.round(rows, 8)
    if rng.random() < 0.4:  # ties: steps of 1/8 that sum to 1 exactly
        rows = rng.multinomial(8, rows) / 8
    every, count = list(range(classes)), int(rng.choice((1, 3, 10, 15)))
    k = int(rng.integers(1, classes + 2))
    file.case("single", truth=truth, scores=rows, k=[k], bins=[count])
    predicted = rows.argmax(1)
    file.figure("cohens_kappa", metrics.cohen_kappa_score(truth, predicted, labels=every))
    file.figure("log_loss", metrics.log_loss(truth, rows, labels=every))
    file.figure("brier_loss", metrics.brier_score_loss(truth, rows, labels=every))
    top = rows[:, 1] if classes == 2 else rows
    file.figure("top_k_accuracy", metrics.top_k_accuracy_score(truth, top, k=k, labels=every))
    one_hot = np.eye(classes, dtype=int)[truth]
    for average in AVERAGES[:3]:
        if classes == 2:
            roc = metrics.roc_auc_score(truth, rows[:, 1])
            precision = metrics.average_precision_score(truth, rows[:, 1])
        else:
            roc = metrics.roc_auc_score(truth, rows, labels=every, multi_class="ovr", average=average)
            precision = metrics.average_precision_score(one_hot, rows, average=average)
        file.figure(f"roc_auc_{average}", roc)
        file.figure(f"average_precision_{average}", precision)
    bins(file, (predicted == truth).astype(int), rows.max(1), count)
    positive = int(rng.integers(classes))
    of = dict(labels=[positive], average="micro")
    file.figure(f"f1_of_{positive}", metrics.f1_score(truth, predicted, **of))
    file.figure(f"precision_of_{positive}", metrics.precision_score(truth, predicted, **of))
    file.figure(f"recall_of_{positive}", metrics.recall_score(truth, predicted, **of))


def multi(file, rng):
    n, labels = sized(rng), int(rng.integers(2, 8))
    truth = rng.random((n, labels)) < rng.choice((0.0, 0.1, 0.3, 0.7, 1.0), labels)
    rows = scores(rng, truth.astype(int), labels)
    predicted = rows > 0.5
    file.case("multi", truth=truth, scores=rows)
    file.figure("subset_accuracy", metrics.accuracy_score(truth, predicted))
    file.figure("hamming_loss", metrics.hamming_loss(truth, predicted))
    for average in AVERAGES:
        file.figure(f"precision_{average}", metrics.precision_score(truth, predicted, average=average))
        file.figure(f"recall_{average}", metrics.recall_score(truth, predicted, average=average))
        file.figure(f"f1_{average}", metrics.f1_score(truth, predicted, average=average))
        file.figure(f"roc_auc_{average}", metrics.roc_auc_score(truth.astype(int), rows, average=average))
        file.figure(f"average_precision_{average}", metrics.average_precision_score(truth.astype(int), rows, average=average))
    digits = int(rng.choice((2, 2, 0, 4, 17)))
    file.out.write(f"report {digits}\n")
    report = metrics.classification_report(truth, predicted, target_names=[f"label {i}" for i in range(labels)], digits=digits)
    for line in report[:-1].split("\n"):
        file.out.write(f"|{line}\n")


def regression(file, rng):
    n, targets = sized(rng), int(rng.integers(1, 4))
    truth = rng.normal(scale=rng.choice((1e-3, 1, 1e4)), size=(n, targets)) + rng.choice((0, 5, -300))
    truth = np.round(truth, int(rng.choice((0, 1, 6))))
    predicted = np.round(truth + rng.normal(scale=rng.choice((0.01, 1, 100)), size=(n, targets)), int(rng.choice((0, 1, 6))))
    kind = rng.random()
    if kind < 0.1:
        truth[:, 0] = 3
    elif kind < 0.2:
        predicted[:, 0] = 3
    elif kind < 0.3:
        predicted = truth.copy()
    file.case("regression", truth=truth, predicted=predicted)
    file.figure("mean_squared_error", metrics.mean_squared_error(truth, predicted))
    file.figure("mean_absolute_error", metrics.mean_absolute_error(truth, predicted))
    file.figure("r2", metrics.r2_score(truth, predicted))
    for name, correlation in (("pearson", stats.pearsonr), ("spearman", stats.spearmanr)):
        values = [correlation(truth[:, t], predicted[:, t]).statistic if n > 1 else np.nan for t in range(targets)]
        file.figure(name, np.mean(values))


def mcnemar(file, first, second):
    file.case("mcnemar", counts=[first, second])
    tosses = first + second
    file.figure("exact", min(1, 2 * stats.binom.cdf(min(first, second), tosses, 0.5)))
    if tosses:
        statistic = (abs(first - second) - 1) ** 2 / tosses
        file.figure("chi_square", statistic)
        file.figure("chi_square_p", stats.chi2.sf(statistic, 1))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: golden_figures.py OUTPUT_DIRECTORY")
    for module, version in ((sklearn, "1.9.1"), (scipy, "1.17.1")):
        if module.__version__ != version:
            sys.exit(f"{module.__name__} {module.__version__}, expected {version}")
    warnings.simplefilter("ignore")  # undefined figures are what many cases are about
    rng, file = np.random.default_rng(20260102), File()
    for kind, count in ((binary, 200), (single, 200), (multi, 150), (regression, 200)):
        for _ in range(count):
            kind(file, rng)
    for first, second in ((0, 0), (1, 0), (0, 3), (5, 5), (6, 5), (10, 2), (121, 59), (40, 41), (300, 200), (1000, 1200), (30, 900), (25_000, 25_400)):
        mcnemar(file, first, second)
    path = pathlib.Path(sys.argv[1]) / "golden_figures.txt.gz"
    path.write_bytes(gzip.compress(file.out.getvalue().encode(), mtime=0))
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
