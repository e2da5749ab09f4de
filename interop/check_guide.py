"""Each option of the installed TrainingArguments and each argument of Trainer has a row in docs/from-transformers.md."""

import dataclasses
import inspect
import pathlib
import re
import sys

from transformers import Trainer, TrainingArguments

guide = pathlib.Path(__file__).parent.parent / "docs" / "from-transformers.md"
first_cells = [line.split(" | ")[0] for line in guide.read_text().splitlines() if line.startswith("| ")]
named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}

options = [field.name for field in dataclasses.fields(TrainingArguments)]
own = {"self", "model", "args", "train_dataset", "eval_dataset"}  # what is trained, and on what
arguments = [name for name in inspect.signature(Trainer.__init__).parameters if name not in own]
missing = [name for name in options + arguments if name not in named]
if missing:
    sys.exit(f"docs/from-transformers.md lacks {', '.join(missing)}")
print(f"{len(options)} options of TrainingArguments and {len(arguments)} arguments of Trainer have a row")
