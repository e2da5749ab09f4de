"""Writes golden_metrics.txt.gz: 1,000 random predictions and what scikit-learn says of each.

    python interop/golden_metrics.py metrics/src/test/resources

Needs scikit-learn 1.9.1. The same versions of it, NumPy, Python and zlib write the same bytes again; the text inside needs only the
first two.

The file is UTF-8 text of lines "key value...", separated by single spaces unless said otherwise. A case is:

    case I              its number from 0
    labels              the classes' names, separated by tabs (a name may hold spaces)
    truth               one character a text: its class as a digit of base 36
    predicted           the same
    confusion           the matrix row by row, rows = truth
    precision, recall, f1
                        one value a class, then the micro, macro and weighted average
    scores              accuracy, balanced accuracy, Matthews correlation
    probabilities       (short cases only) one value a text and class, text by text
    logloss             follows each line of probabilities
    report DIGITS CLASSES
                        a classification_report; CLASSES are the labels given, separated by commas, or "seen" for none. The lines
                        of the report follow, each behind a "|".
"""

import gzip
import io
import math
import pathlib
import random
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics

CASES = 1000
SEED = 20260101
AVERAGES = ("micro", "macro", "weighted")
WORDS = (
    "a", "neg", "very positive", "card_payment_fee_charged", "joy", "0", "Zürich", "喜び", "🙂", "e\u0301", "Straße 12",
    "a label that is longer than the widest heading",
)


def numbers(values):
    return " ".join(repr(float(v)) for v in values)


def size(rng):
    kind = rng.random()
    if kind < 0.15:
        return rng.randint(1, 4)
    if kind < 0.85:
        return rng.randint(5, 60)
    return rng.randint(61, 250)


def prediction(rng, classes):
    """Truth and prediction; some classes are missing in one or both, skill reaches from none to perfect."""
    n = size(rng)
    true_classes = rng.sample(range(classes), rng.randint(1, classes))
    predicted_classes = rng.sample(range(classes), rng.randint(1, classes))
    if rng.random() < 0.5:
        true_classes = predicted_classes = list(range(classes))
    skill = rng.choice((0.0, 0.3, 0.6, 0.9, 1.0))
    truth = [rng.choice(true_classes) for _ in range(n)]
    predicted = [t if rng.random() < skill else rng.choice(predicted_classes) for t in truth]
    return truth, predicted


def probabilities(rng, n, classes):
    """Softmax rounded to six decimals, and some rows that are quite sure, rightly or not."""
    rows = []
    for _ in range(n):
        if rng.random() < 0.1:
            sure = rng.randrange(classes)
            rows.append([float(c == sure) for c in range(classes)])
            continue
        exps = [math.exp(rng.gauss(0, 2)) for _ in range(classes)]
        rows.append([round(e / sum(exps), 6) for e in exps])
    return rows


def report(out, truth, predicted, names, digits, labels):
    seen = sorted(set(truth) | set(predicted))
    text = metrics.classification_report(
        truth,
        predicted,
        labels=labels,
        target_names=[names[c] for c in (seen if labels is None else labels)],
        digits=digits,
    )
    out.write(f"report {digits} {'seen' if labels is None else ','.join(map(str, labels))}\n")
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        out.write(f"|{line}\n")


def case(out, rng, index):
    classes = rng.randint(2, 12)
    names = [f"{rng.choice(WORDS)}{c if rng.random() < 0.5 else ''}" for c in range(classes)]
    truth, predicted = prediction(rng, classes)
    every = list(range(classes))

    out.write(f"case {index}\n")
    out.write("labels " + "\t".join(names) + "\n")
    out.write("truth " + "".join(np.base_repr(t, 36) for t in truth) + "\n")
    out.write("predicted " + "".join(np.base_repr(p, 36) for p in predicted) + "\n")
    confusion = metrics.confusion_matrix(truth, predicted, labels=every)
    out.write("confusion " + " ".join(str(count) for count in confusion.ravel()) + "\n")

    each = metrics.precision_recall_fscore_support(truth, predicted, labels=every)
    averages = [metrics.precision_recall_fscore_support(truth, predicted, average=average) for average in AVERAGES]
    for column, name in enumerate(("precision", "recall", "f1")):
        out.write(f"{name} {numbers([*each[column], *(average[column] for average in averages)])}\n")
    scores = (
        metrics.accuracy_score(truth, predicted),
        metrics.balanced_accuracy_score(truth, predicted),
        metrics.matthews_corrcoef(truth, predicted),
    )
    out.write(f"scores {numbers(scores)}\n")
    if len(truth) <= 10:
        rows = probabilities(rng, len(truth), classes)
        out.write(f"probabilities {numbers(p for row in rows for p in row)}\n")
        out.write(f"logloss {numbers([metrics.log_loss(truth, rows, labels=every)])}\n")

    report(out, truth, predicted, names, 2, None)
    report(out, truth, predicted, names, rng.choice((0, 1, 3, 4, 17)), None)
    subset = rng.choice((every, rng.sample(every, rng.randint(1, classes))))
    report(out, truth, predicted, names, rng.choice((2, 2, 3)), subset)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: golden_metrics.py OUTPUT_DIRECTORY")
    if sklearn.__version__ != "1.9.1":
        sys.exit(f"scikit-learn {sklearn.__version__}, expected 1.9.1")
    warnings.simplefilter("ignore")  # undefined scores are what many cases are about
    rng = random.Random(SEED)
    out = io.StringIO()
    for index in range(CASES):
        case(out, rng, index)
    path = pathlib.Path(sys.argv[1]) / "golden_metrics.txt.gz"
    path.write_bytes(gzip.compress(out.getvalue().encode(), mtime=0))
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
