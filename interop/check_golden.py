"""The comparison that the other checks rest on: it finds every kind of difference, and no other."""

import gzip
import json
import tempfile
from pathlib import Path

import torch
from golden import compare_dirs
from safetensors.torch import save_file

TENSOR = {"w": torch.tensor([1.0, 2.0]), "n": torch.tensor([3])}
JSON = {"a": [1, 2.5, None], "t": "x", "transformers_version": "1"}


def write(folder, json_value=JSON, tensors=TENSOR, text="value 0.5 x", more=None, packed=b"case 1\np 0.25\n"):
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(json_value))
    (folder / "b.jsonl").write_text(json.dumps(json_value) + "\n")
    (folder / "c.txt").write_text(text)
    (folder / "d.txt.gz").write_bytes(gzip.compress(packed, mtime=0))
    (folder / "e.bin").write_bytes(b"\x00\x01")
    save_file(tensors, folder / "f.safetensors")
    if more:
        (folder / more).write_text("more")
    return folder


SAME = [
    dict(json_value=JSON | {"a": [1, 2.5 + 1e-7, None]}),
    dict(json_value=JSON | {"transformers_version": "2"}),
    dict(tensors=TENSOR | {"w": torch.tensor([1.0, 2.0 + 1e-6])}),
    dict(text="value 0.5000001 x"),
]
OTHER = [
    dict(json_value=JSON | {"a": [1, 2.51, None]}),
    dict(json_value=JSON | {"a": [2, 2.5, None]}),
    dict(json_value=JSON | {"a": [1, 2.5]}),
    dict(json_value=JSON | {"a": [1, 2.5, 0]}),
    dict(json_value=JSON | {"a": [1, float("nan"), None]}),
    dict(json_value=JSON | {"t": "y"}),
    dict(json_value=JSON | {"b": 1}),
    dict(tensors=TENSOR | {"w": torch.tensor([1.0, 2.1])}),
    dict(tensors=TENSOR | {"w": torch.tensor([1.0, float("nan")])}),
    dict(tensors=TENSOR | {"w": torch.tensor([[1.0, 2.0]])}),
    dict(tensors=TENSOR | {"w": torch.tensor([1.0, 2.0]).double()}),
    dict(tensors=TENSOR | {"n": torch.tensor([4])}),
    dict(tensors={"w": TENSOR["w"]}),
    dict(text="value 0.6 x"),
    dict(text="value 0.5 y"),
    dict(text="value 0.5 x\n\n"),
    dict(packed=b"case 1\np 0.26\n"),
    dict(packed=b"case 2\np 0.25\n"),
    dict(more="g.txt"),
]

with tempfile.TemporaryDirectory() as temporary:
    root = Path(temporary)
    committed = write(root / "committed")
    for i, change in enumerate(SAME):
        assert compare_dirs(write(root / f"same{i}", **change), committed) == [], change
    for i, change in enumerate(OTHER):
        assert compare_dirs(write(root / f"other{i}", **change), committed), change
        assert compare_dirs(committed, root / f"other{i}"), change
    assert compare_dirs(committed, write(root / "more", more="g.txt"), complete=False) == []
    (root / "empty").mkdir()
    assert compare_dirs(root / "empty", committed, complete=False)
    assert compare_dirs(committed, root / "missing")
    assert compare_dirs(root / "other0", committed, tolerances={"*.json*": 0.1}) == []
print(f"{len(SAME)} equal and {len(OTHER)} different folders told apart")
