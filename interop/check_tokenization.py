"""Tokenization: the golden files are what transformers says, and transformers opens what Java saves.

(a) golden_tokenization.py writes the golden files again and they are compared with the committed ones.
(b) The Java test InteropFilesTest is run (with ./mvnw, or the Maven that AFINA_MVN names). It saves tokenizers into
    tokenization/target/interop/NAME, each with java.json: the class that must open it, and the ids that Java gives for
    every golden text. AutoTokenizer must open each folder as that class and give the same ids; for the four golden
    vocabularies also the golden ids.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import golden_tokenization as script
from golden import check

ROOT = Path(__file__).resolve().parent.parent
SAVED = ROOT / "tokenization/target/interop"
GOLDEN = script.RESOURCES / "golden"
LIMIT = 24  # tokens: the pairs of java.json are cut to it


def different(name, texts):
    """The first thing in which transformers and Java differ, or None."""
    from transformers import AutoTokenizer

    folder = SAVED / name
    java = json.loads((folder / "java.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        opened = Path(temporary) / "opened"
        opened.mkdir()
        for file in ("tokenizer.json", "tokenizer_config.json"):
            (opened / file).write_bytes((folder / file).read_bytes())
        tokenizer = AutoTokenizer.from_pretrained(opened)
    if type(tokenizer).__name__ != java["class"]:
        return f"opened as {type(tokenizer).__name__}, expected {java['class']}"
    if tokenizer.backend_tokenizer.truncation or tokenizer.backend_tokenizer.padding:
        return "truncates or pads by itself"
    for i, ids in enumerate(tokenizer(texts)["input_ids"]):
        if ids != java["ids"][i]:
            return f"text {i} {texts[i]!r}: transformers {ids}, Java {java['ids'][i]}"
    pairs = tokenizer(texts[:-1], texts[1:], truncation=True, max_length=LIMIT)["input_ids"]
    for i, ids in enumerate(pairs):
        if ids != java["pairs"][i]:
            return f"pair {i} {texts[i]!r} | {texts[i + 1]!r}: transformers {ids}, Java {java['pairs'][i]}"
    for role, token_id in java["special"].items():
        if getattr(tokenizer, role + "_token_id") != token_id:
            return f"{role}: transformers {getattr(tokenizer, role + '_token_id')}, Java {token_id}"
    if name in script.VOCABULARIES:
        singles = script.read_json(GOLDEN / (name + ".json.gz"))["singles"]
        if [single[0] for single in singles] != java["ids"]:
            return "the ids of java.json are not the golden ones"
    return None


def main():
    check("golden_tokenization.py", str(GOLDEN.relative_to(ROOT)), tolerance=0.0, complete=False)
    check("golden_windows.py", str((GOLDEN.parent / "windows").relative_to(ROOT)), tolerance=0.0)
    maven = shlex.split(os.environ.get("AFINA_MVN", "./mvnw"))
    build = [*maven, "-q", "-B", "-ntp", "-pl", "tokenization", "-am", "test", "-Dtest=InteropFilesTest"]
    build.append("-Dsurefire.failIfNoSpecifiedTests=false")
    run = subprocess.run(build, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        sys.exit(f"{run.stdout[-4000:]}\n{' '.join(build)} ended with exit code {run.returncode}")
    texts = script.read_json(GOLDEN / "lines.json.gz")
    names = sorted(folder.name for folder in SAVED.iterdir())
    if not set(script.VOCABULARIES) <= set(names):
        sys.exit(f"{SAVED}: {names}, expected at least {sorted(script.VOCABULARIES)}")
    failed = [f"{name}: {found}" for name in names if (found := different(name, texts))]
    if failed:
        sys.exit("\n".join(failed))
    print(f"golden files as committed; {len(names)} tokenizers saved by Java give the same ids for {len(texts)} texts")


if __name__ == "__main__":
    main()
