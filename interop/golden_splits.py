"""Asks Python's datasets which files of a repository are which split, and writes OUTDIR/splits.json.

interop/golden_splits.py data/src/test/resources/golden/datasets
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from datasets.data_files import DataFilesDict, DataFilesPatternsDict, get_data_patterns, sanitize_patterns
from datasets.load import infer_module_for_data_files
from datasets.packaged_modules import _MODULE_TO_EXTENSIONS

LAYOUTS = [
    ["data.csv"],
    ["train.csv", "test.csv", "README.md"],
    ["data/train.csv", "data/test.csv", "data/notes.txt"],
    ["train_0.csv", "train_1.csv", "test-0.csv", "my test.csv"],
    ["my_train_file.jsonl", "dev.jsonl", "evaluation.jsonl", "constraint.jsonl"],
    ["train.csv", "trainer.csv", "validated.csv", "val.csv"],
    ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet", "data/random-00000-of-00001-abc.parquet", "data/test-00000-of-00001.parquet", "data/extra.parquet"],
    ["train/a.jsonl", "train/deep/b.jsonl", "test/a.jsonl", "other/train.jsonl"],
    ["text/train-set/a.csv", "text/1-test/a.csv", "validation/x.csv"],
    ["a.parquet", "b.parquet", "c.csv"],
    ["a.parquet", "c.csv"],
    ["a.json", "b.csv", "c.csv", "dataset_infos.json"],
    [".hidden/train.csv", "__pycache__/test.csv", "train.csv"],
    ["en/train.csv", "en/test.csv", "fr/train.csv"],
    ["train.csv.gz", "test.csv.gz"],
    ["testing.tsv", "training.tsv"],
    ["attest.csv", "contest.csv"],
    ["2024/dev/part.1.jsonl", "2024/train/part.1.jsonl"],
]
CHOSEN = [
    (["emotion/train-0.parquet", "emotion/test-0.parquet", "irony/train-0.parquet"], [{"split": "train", "path": "emotion/train-*"}, {"split": "test", "path": "emotion/test-*"}]),
    (["a/x.csv", "a/b/y.csv", "z.csv"], "a/*.csv"),
    (["a/x.csv", "a/b/y.csv", "z.csv"], "a/**"),
    (["a/x.csv", "a/b/y.csv", "z.csv"], ["**/*.csv"]),
    (["a/x.csv", "a/b/y.csv", "z.csv"], "*"),
    (["p1.csv", "p2.csv", "p3.csv", "pa.csv"], [{"split": "one", "path": "p[1-2].csv"}, {"split": "two", "path": ["p3.csv", "p[!1-3].csv"]}]),
    (["a.jsonl", "b.jsonl"], ["b.jsonl", "a.jsonl"]),
    (["a.jsonl", "bb.jsonl"], "?.jsonl"),
    ([".secret/a.csv", "b.csv"], ".secret/*.csv"),
    (["a+b (1).csv", "a.csv"], "a+b (1).csv"),
    (["./x/a.csv"], "./x/a.csv"),
]


def files_of(folder, patterns):
    found = DataFilesDict.from_patterns(patterns, base_path=folder, allowed_extensions=[".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"])
    module, _ = infer_module_for_data_files(found)
    found = found.filter(extensions=_MODULE_TO_EXTENSIONS[module])
    relative = {split: [os.path.relpath(file, folder).replace(os.sep, "/") for file in files] for split, files in found.items()}
    return {str(split): list(dict.fromkeys(files)) for split, files in relative.items() if files}


def case(files, chosen):
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            path = Path(folder, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("text,label\n")
        patterns = get_data_patterns(folder) if chosen is None else sanitize_patterns(chosen)
        names = [str(Path(file)).replace(os.sep, "/") for file in files]
        return {"files": names, "patterns": None if chosen is None else {str(s): p for s, p in patterns.items()}, "splits": files_of(folder, patterns)}


def main():
    cases = [case(files, None) for files in LAYOUTS] + [case(files, chosen) for files, chosen in CHOSEN]
    Path(sys.argv[1], "splits.json").write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
