"""Measures how far Afina is from transformers, family by family, and writes docs/parity.md.

    interop/.venv/bin/python interop/parity.py [FILE]      (interop/verify makes the environment)

The figures of logits, gradients and training come from the code that ModelParityTest and TrainerParityTest assert with,
those of tokenizers and of the round trip from the checks of interop/verify. The families are those that Afina supports.
"""

import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from check_roundtrip import GOLDEN, make_ready, there_and_back
from check_tokenizers import different, texts

MEASURE = [
    "./mvnw", "-q", "-ntp", "-pl", "core", "-am", "test-compile", "surefire:test@default-test", "-Dtest=ParityTableTest#figures",
    "-Dsurefire.failIfNoSpecifiedTests=false",
]
PAGE = """# Equality with transformers, measured

This page shows how far Afina's numbers are from those of transformers, for each family of models. In float32 the differences are float rounding.

Measured on {date}: {cpu}, {system}, Java {java}, libtorch {libtorch}; transformers {transformers}, torch {torch}.
`interop/.venv/bin/python interop/parity.py` writes this page.

Each figure is the greatest difference over all golden models of a family. Those are tiny models of usual and of odd sizes, with the family's own options and with random weights that
are far larger than usual, so that a mistake shows. `ModelParityTest` and `TrainerParityTest` hold the limits (in float32 1e-5 for logits, 1e-4 for gradients and losses), also with each
fast path off and with the kernels of older processors.

## float32

{exact}

- **Logits** of each single text, of each pair, and of texts of all lengths in one batch, which transformers pads.
- **Gradients:** ‖ours − theirs‖ / ‖theirs‖ for each parameter, without dropout.
- **50 training steps:** the loss of each step and of the evaluation after them, beside the Trainer's, at a usual and at a high learning rate.
- **New head:** its weights as drawn after `set_seed(42)`. 0 means the same bits.
- **Tokenizer:** token ids, offsets, ids when cut, and ids as pairs of {texts:,} texts (real ones in many scripts, hostile ones, random Unicode).
- **There and back:** Java fine-tunes and saves, transformers opens that and saves it again, Java opens it. Logits of 100 texts each way.

## bfloat16 and 8 bits

{rounded}

The same models with all texts in one batch. *bfloat16* and *8 bits* are the greatest differences of logits with linear layers in these formats, *logits reach* is the greatest logit, and *same
label* counts the texts whose label is that of transformers in float32. These weights are random; `evaluate` shows what a trained model loses on your test data.
[performance.md](performance.md) has one example, in the row `predict-int8`.
"""


def table(head, rows):
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def number(value):
    return "0" if value == 0 else f"{value:.1e}"


def cpu():
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return f"{name}, {os.cpu_count()} cores"


def measured_by_java(file):
    run = subprocess.run([*MEASURE, f"-Dafina.parity={file}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0 or not file.is_file():
        sys.exit(f"{run.stdout[-4000:]}\n{' '.join(MEASURE)}: exit code {run.returncode}")
    return json.loads(file.read_text())


def tokenizer_cell(family, lines, file, work):
    folder = shutil.copytree(GOLDEN / family / "model", work / f"{family}-tokenizer")
    found = different(folder, lines, file, "right")
    if found:
        sys.exit(f"{family}: {found}")
    return "equal"


def rounded_row(family, figures):
    cells = [family, f"{figures['highestLogit']:.1f}"]
    for precision in ("bfloat16", "int8"):
        one = figures[precision]
        cells += [f"{one['greatest']:.2f}", f"{one['sameLabel']} of {one['texts']}"]
    return cells


def main(page):
    make_ready()
    with tempfile.TemporaryDirectory(prefix="afina-parity-") as temporary:
        work = Path(temporary)
        java = measured_by_java(work / "figures.json")
        lines, _ = texts()
        file = work / "texts.json"
        file.write_text(json.dumps(lines))
        exact, rounded = [], []
        for family, figures in java["families"].items():
            row = [family, str(figures["models"])]
            row += [number(figures[key]) for key in ("single", "pairs", "together", "gradients", "training", "newHead")]
            row += [tokenizer_cell(family, lines, file, work), number(there_and_back(family, work))]
            exact.append(row)
            rounded.append(rounded_row(family, figures))
            print(*row, flush=True)
    head = [
        "family", "models", "logits of a text", "of a pair", "in a batch", "gradients", "50 training steps", "new head", "tokenizer", "there and back",
    ]
    page.write_text(
        PAGE.format(
            date=datetime.date.today(), cpu=cpu(), system=f"{platform.system()} {platform.machine()}", java=java["java"],
            libtorch=java["libtorch"], transformers=transformers.__version__, torch=torch.__version__,
            texts=len(lines), exact=table(head, exact),
            rounded=table(["family", "logits reach", "bfloat16", "same label", "8 bits", "same label"], rounded),
        ),
        encoding="utf-8",
    )
    print(f"written: {page}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/parity.md"))
