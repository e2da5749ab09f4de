"""Writes OUTDIR/rows.jsonl: the rows that Python's datasets and scikit-learn give for a seed; OUTDIR/folds.jsonl: scikit-learn's folds.

    python interop/golden_rows.py data/src/test/resources/golden/rows

Each line is a case: "call" is the library and what was called, "counts" the rows of each class, "times" how often these repeat (labels()
and in_blocks() put the rows in order), "names" the classes' names if not 0, 1, 2 …, "train" and "test" the rows of each part, or "rows"
those of a shuffle; "error" where Python refuses. Cases of many rows have a digest in their place: CRC-32 of the rows, separated by commas.
"""

import json
import sys
import zlib
from pathlib import Path

import datasets
import numpy
import sklearn
from datasets import ClassLabel, Dataset
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

SEEDS = (0, 1, 42, 2**32 - 1, 2**32, 1234567890123456789, 2**63 - 1, 2**63, 2**64 - 1)
STATES = (0, 1, 42, 20231127, 2**31, 2**32 - 1)
DIGEST_FROM = 100
CLASSES = (  # rows of each class
    (10, 7), (2, 2), (5, 5), (3, 50), (17, 2, 9), (4, 4, 4), (30, 3, 3, 11), (13, 13, 13, 2), (8, 7, 6, 5, 4), (2, 61, 2, 20, 2),
    (21, 21, 21, 21, 21), (500, 500), (1, 20), (40, 1, 1),
)
NAMES = ("neutral", "Anger", "émotion", "10", "joy")
SIZES = (
    {"test_size": 0.2}, {"test_size": 0.5}, {"train_size": 0.9}, {"test_size": 0.07}, {}, {"train_size": 0.7}, {"test_size": 5},
    {"train_size": 6}, {"train_size": 0.4, "test_size": 0.3}, {"train_size": 7, "test_size": 6}, {"train_size": 0.001}, {"test_size": 0.999},
)


def labels(counts):
    """Class by class in turns, so that classes are neither sorted nor at random: 0 1 2 0 1 0 1 1 for 3, 4, 1 rows."""
    left = list(counts)
    rows = []
    while any(left):
        for c, n in enumerate(left):
            if n:
                rows.append(c)
                left[c] -= 1
    return rows


def in_blocks(counts):
    return [c for c, n in enumerate(counts) for _ in range(n)]


def of_datasets(rows, seed, sizes, stratified):
    data = Dataset.from_dict({"label": rows, "row": list(range(len(rows)))})
    if isinstance(rows[0], str):
        data = data.class_encode_column("label")
    else:
        data = data.cast_column("label", ClassLabel(num_classes=max(rows) + 1))
    split = data.train_test_split(**sizes, seed=seed, stratify_by_column="label" if stratified else None)
    return split["train"]["row"], split["test"]["row"]


def of_scikit_learn(rows, seed, sizes, stratified):
    return train_test_split(list(range(len(rows))), **sizes, random_state=seed, stratify=rows if stratified else None)


def written(name, rows):
    rows = [int(row) for row in rows]
    if len(rows) < DIGEST_FROM:
        return {name: rows}
    return {name + "_digest": [len(rows), zlib.crc32(",".join(map(str, rows)).encode())]}


def split_case(library, counts, seed, sizes, stratified, blocks=False, times=1, names=None):
    rows = (in_blocks if blocks else labels)(counts * times)
    case = {"call": library, "counts": counts, "times": times, "blocks": blocks, "seed": seed, **sizes, "stratified": stratified}
    if names:
        rows = [names[row] for row in rows]
        case["names"] = names
    try:
        train, test = {"datasets": of_datasets, "sklearn": of_scikit_learn}[library](rows, seed, sizes, stratified)
    except ValueError as error:
        return case | {"error": str(error).split(".")[0]}
    return case | written("train", train) | written("test", test)


def cases():
    for count in (1, 2, 3, 10, 257, 1001, 70_001):
        for seed in SEEDS:
            order = Dataset.from_dict({"row": list(range(count))}).shuffle(seed=seed)["row"]
            yield {"call": "shuffle", "counts": [count], "seed": seed} | written("rows", order)
    for library, seeds in (("datasets", SEEDS), ("sklearn", STATES)):
        number = 0
        for counts in CLASSES:
            for sizes in SIZES:
                for stratified in (False, True):
                    yield split_case(library, counts, seeds[number % len(seeds)], sizes, stratified)
                    number += 1
        for seed in seeds:
            yield split_case(library, (4, 4, 4, 4, 4), seed, {"test_size": 0.35}, True)
        yield split_case(library, (500, 500), 42, {"test_size": 0.2}, False, blocks=True)
        # More than 10,000 classes of equal size: the places left over are drawn by another method, few of them and many.
        yield split_case(library, (3,), 42, {"test_size": 10_100}, True, times=10_007)
        yield split_case(library, (3,), 42, {"test_size": 0.4}, True, times=10_007)
        for seed in seeds[:3]:
            yield split_case(library, (9, 5, 4, 7, 3), seed, {"test_size": 0.3}, True, names=NAMES)


def fold_of_row(splits, count):
    folds = [0] * count
    for fold, (_, test) in enumerate(splits):
        for row in test:
            folds[row] = fold
    return folds


def fold_cases():
    """Which fold each row is tested in."""
    for counts in ((10, 7), (5, 5), (3, 50), (17, 4, 9), (30, 3, 3, 11), (8, 7, 6, 5, 4), (101, 37)):
        for folds, seed in ((2, 0), (3, 42), (3, 2**32 - 1)):
            rows = labels(counts)
            splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(rows, rows)
            yield {"counts": counts, "folds": folds, "seed": seed, "foldOfRow": fold_of_row(splits, len(rows))}
    for count in (2, 5, 10, 11, 64, 257):
        for folds, seed in ((2, 0), (min(5, count), 42), (min(7, count), 2**32 - 1), (count, 1)):
            splits = KFold(folds, shuffle=True, random_state=seed).split(range(count))
            yield {"call": "KFold", "counts": [count], "folds": folds, "seed": seed, "foldOfRow": fold_of_row(splits, count)}


def main():
    datasets.disable_progress_bars()
    for module, version in ((datasets, "5.0.1"), (sklearn, "1.9.1"), (numpy, "2.4.6")):
        if module.__version__ != version:
            sys.exit(f"{module.__name__} {module.__version__}, expected {version}")
    Path(sys.argv[1], "folds.jsonl").write_text("".join(json.dumps(case) + "\n" for case in fold_cases()), encoding="utf-8")
    Path(sys.argv[1], "rows.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases()), encoding="utf-8")


if __name__ == "__main__":
    main()
