"""Compares regenerated golden files with the committed ones.

JSON, JSON Lines, text (plain or gzip), safetensors and pytorch_model.bin are compared by what they say: texts and whole
numbers equal, floats within a tolerance. Other files byte by byte.
"""

import fnmatch
import gzip
import json
import math
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

IGNORED_KEYS = {"transformers_version"}  # names a version, decides nothing
TEXT = {".txt", ".csv", ".tsv", ".vocab", ".merges", ".md"}
SHOWN = 12


def compare_dirs(regenerated, committed, tolerance=1e-5, tolerances=None, complete=True):
    """A list of one-line differences, empty when there are none.

    tolerance: largest allowed |a - b| / max(1, |b|) of two floats. tolerances: {pattern of a relative path: tolerance}
    for files with another one. complete: whether a committed file that was not written again is a difference too (say
    False where the folder also holds files of others).
    """
    regenerated, committed = Path(regenerated), Path(committed)
    if not committed.is_dir():
        return [f"{committed}: not a folder"]
    new, old = (
        {f.relative_to(root).as_posix() for f in root.rglob("*") if f.is_file()} for root in (regenerated, committed)
    )
    if not new:
        return [f"{regenerated}: nothing was written"]
    differences = [f"{path}: written by the script, but not committed" for path in sorted(new - old)]
    if complete:
        differences += [f"{path}: committed, but not written by the script" for path in sorted(old - new)]
    for path in sorted(new & old):
        allowed = next((t for p, t in (tolerances or {}).items() if fnmatch.fnmatch(path, p)), tolerance)
        try:
            found = compare_files(regenerated / path, committed / path, allowed)
        except Exception as e:  # an unreadable file is a difference like any other, and the next file is still compared
            found = [f"{type(e).__name__}: {e}"]
        differences += [f"{path}: {difference}" for difference in found]
    return differences


def compare_files(new, old, tolerance):
    new_bytes, old_bytes = new.read_bytes(), old.read_bytes()
    if new_bytes == old_bytes:
        return []
    name = new.name
    if name.endswith(".gz"):  # the same text may be packed into other bytes by another zlib
        new_bytes, old_bytes, name = gzip.decompress(new_bytes), gzip.decompress(old_bytes), name[:-3]
    suffix = Path(name).suffix
    if suffix == ".json":
        return compare_values(json.loads(new_bytes), json.loads(old_bytes), tolerance)
    if suffix == ".jsonl":
        lines = [[json.loads(line) for line in data.decode().splitlines()] for data in (new_bytes, old_bytes)]
        return compare_values(*lines, tolerance)
    if suffix == ".safetensors":
        from safetensors.torch import load

        return compare_tensors(load(new_bytes), load(old_bytes), tolerance)
    if suffix == ".bin" and zipfile.is_zipfile(new) and zipfile.is_zipfile(old):
        import torch

        return compare_tensors(*(torch.load(f, weights_only=True) for f in (new, old)), tolerance)
    if suffix in TEXT:
        return compare_text(new_bytes.decode(), old_bytes.decode(), tolerance)
    return [] if new_bytes == old_bytes else ["other bytes"]


def compare_values(new, old, tolerance, where="$"):
    """Two parsed JSON values; a float equals a whole number of the same value."""
    if isinstance(new, dict) and isinstance(old, dict):
        differences = [f"{where}: key {k!r} only in one" for k in new.keys() ^ old.keys() if k not in IGNORED_KEYS]
        for key in new.keys() & old.keys():
            if key not in IGNORED_KEYS:
                differences += compare_values(new[key], old[key], tolerance, f"{where}.{key}")
        return sorted(differences)
    if isinstance(new, list) and isinstance(old, list):
        if len(new) != len(old):
            return [f"{where}: {len(new)} elements, committed {len(old)}"]
        return [d for i, pair in enumerate(zip(new, old)) for d in compare_values(*pair, tolerance, f"{where}[{i}]")]
    if isinstance(new, float) or isinstance(old, float):
        numbers = not isinstance(new, (bool, str, type(None))) and not isinstance(old, (bool, str, type(None)))
        if numbers and close(new, old, tolerance):
            return []
    elif type(new) is type(old) and new == old:
        return []
    return [f"{where}: {new!r}, committed {old!r}"]


def compare_tensors(new, old, tolerance):
    differences = [f"tensor {name!r} only in one" for name in sorted(new.keys() ^ old.keys())]
    for name in sorted(new.keys() & old.keys()):
        a, b = new[name], old[name]
        if a.dtype != b.dtype or a.shape != b.shape:
            differences.append(f"tensor {name!r}: {a.dtype} {list(a.shape)}, committed {b.dtype} {list(b.shape)}")
            continue
        if not a.dtype.is_floating_point:
            worst = 0.0 if bool((a == b).all()) else math.inf
        elif a.numel() == 0:
            worst = 0.0
        else:
            a, b = a.double(), b.double()
            worst = float(((a - b).abs() / b.abs().clamp(min=1)).max())
        if not worst <= tolerance:
            differences.append(f"tensor {name!r}: differs by {worst:.3g}, allowed {tolerance:.3g}")
    return differences


def compare_text(new, old, tolerance):
    new, old = new.splitlines(), old.splitlines()
    if len(new) != len(old):
        return [f"{len(new)} lines, committed {len(old)}"]
    return [
        f"line {i}: {a[:80]!r}, committed {b[:80]!r}"
        for i, (a, b) in enumerate(zip(new, old), start=1)
        if a != b and not same_words(a.split(" "), b.split(" "), tolerance)
    ]


def same_words(new, old, tolerance):
    if len(new) != len(old):
        return False
    for a, b in zip(new, old):
        if a != b:
            if "." not in a + b and "e" not in a + b:  # whole numbers and words must be equal
                return False
            try:
                if not close(float(a), float(b), tolerance):
                    return False
            except ValueError:
                return False
    return True


def close(a, b, tolerance):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= tolerance * max(1.0, abs(b))


def check(script, committed, makes_folder=False, **how):
    """Runs interop/SCRIPT OUTDIR, compares OUTDIR with the committed folder, and ends the program with 1 on a difference.

    makes_folder: whether the script makes OUTDIR itself and refuses one that is there.
    """
    with tempfile.TemporaryDirectory() as temporary:
        written = Path(temporary) / "golden"
        if not makes_folder:
            written.mkdir()
        program = [sys.executable, str(Path(__file__).parent / script), str(written)]
        run = subprocess.run(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            sys.exit(f"{run.stdout[-4000:]}\n{script} ended with exit code {run.returncode}")
        differences = compare_dirs(written, committed, **how)
        files = sum(1 for f in written.rglob("*") if f.is_file())
    if differences:
        more = f"\n... and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
        sys.exit(f"{committed}: {len(differences)} differences\n" + "\n".join(differences[:SHOWN]) + more)
    print(f"{files} files as committed in {committed}")
