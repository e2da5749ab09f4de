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

`interop/.venv/bin/python interop/parity.py` writes this page. Measured on {date}: {cpu}, {system}, Java {java}, libtorch {libtorch}; transformers {transformers}, torch {torch}.

Each figure is the greatest difference over all golden models of a family: tiny ones with random weights, far larger than usual so that
a mistake shows, of usual and of odd sizes and with the family's own options. `ModelParityTest` and `TrainerParityTest` say how large each
may be (in float32 1e-5 of logits, 1e-4 of gradients and losses), also with each fast path off and with the kernels of older processors.

## float32

{exact}

- Logits: of each single text, of each pair, and of texts of all lengths in one batch, padded in transformers.
- Gradients: ‖ours − theirs‖ / ‖theirs‖ of each parameter, without dropout.
- 50 training steps: the loss of each step and of the evaluation after them, beside the Trainer's, at a usual and at a high learning rate.
- New head: its weights as drawn after `set_seed(42)`; 0 is the same bits.
- Tokenizer: of {texts:,} texts (real ones in many scripts, hostile ones, random Unicode) token ids, offsets, ids when cut, and ids as pairs.
- There and back: Java fine-tunes and saves, transformers opens that and saves from there, Java opens it; the logits of 100 texts each way.

## bfloat16 and 8 bits

{rounded}

The same models, all texts in one batch, their linear layers in the numbers named; beside it how often the label is that of transformers in float32.
What a trained model loses in accuracy, `evaluate` shows on its test data; [performance.md](performance.md) has one, in the row `predict-int8`.
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
