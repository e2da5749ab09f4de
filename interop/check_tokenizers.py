"""Tokenizers: Java's ids and offsets are those of transformers on 5,000 texts, for each family and each form of its files.

For the tiny vocabularies of tokenization/src/test/resources/.../families, as their publishers have them and as the
tokenizer.json that transformers saves of them; cut on the right and on the left, and as pairs. AFINA_VOCABULARIES names a folder with real vocabularies, which are checked,
too: NAME/vocab.txt; NAME/vocab.json and merges.txt; NAME/spiece.model; NAME/pieces.tsv.gz (id, piece, score).

The texts, 5,000 or as many as AFINA_TEXTS says: real ones in many scripts, from the translations of this machine's programs (/usr/share/locale, *.mo) and from
the CSV files in AFINA_DATA; the golden real lines where there are too few; hostile ones; random Unicode.
"""

import csv
import gettext
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from pathlib import Path

import golden_tokenization as script
import golden_tokenizer_families as families
from java import JAR, build

ROOT = Path(__file__).resolve().parent.parent
COUNT = int(os.environ.get("AFINA_TEXTS", "5000"))
LIMIT = 13
SEED = 20261127
csv.field_size_limit(1 << 24)


def script_of(text):
    """The script that most letters of a text are in."""
    counts = defaultdict(int)
    for c in text:
        if c.isalpha():
            counts[unicodedata.name(c, "?").split()[0]] += 1
    return max(counts, key=counts.get) if counts else "NONE"


def translations(rng):
    """Translated messages of programs, by script."""
    files = sorted(Path("/usr/share").glob("locale/*/LC_MESSAGES/*.mo")) + sorted(Path("/usr/share").glob("vim/*/lang/*/LC_MESSAGES/*.mo"))
    rng.shuffle(files)
    found = defaultdict(set)
    for file in files[:1500]:
        try:
            with open(file, "rb") as data:
                catalog = gettext.GNUTranslations(data)._catalog
        except (OSError, ValueError, LookupError):
            continue
        for key, text in list(catalog.items())[1:60]:
            if isinstance(text, str) and 12 < len(text) < 400:
                found[script_of(text)].add(text)
    return {name: sorted(texts) for name, texts in found.items()}


def data():
    """Texts of data sets, half of each long."""
    texts = []
    folder = os.environ.get("AFINA_DATA")
    for file in sorted(Path(folder).glob("*/*.csv*")) if folder else []:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else open(file, encoding="utf-8") as stream:
            texts += [max(row, key=len) for row in csv.reader(stream) if row][1:1500]
    return texts


def random_unicode(rng):
    def character():
        while True:
            c = rng.choice([rng.randrange(0x80), rng.randrange(0x3000), rng.randrange(0x10000), rng.randrange(0x110000)])
            if not 0xD800 <= c <= 0xDFFF:
                return chr(c)
    return "".join(rng.choice([character, character, lambda: " ", lambda: rng.choice("aeiou")])() for _ in range(rng.randrange(1, 60)))


def texts():
    rng = random.Random(SEED)
    by_script = translations(rng)
    real = []
    scripts = sorted((name for name in by_script if len(by_script[name]) >= 20), key=lambda name: -len(by_script[name]))[:24]
    for name in scripts:
        real += rng.sample(by_script[name], min(110, len(by_script[name])))
    sets = data()
    real += rng.sample(sets, min(len(sets), 800))
    golden = script.read_json(script.RESOURCES / "golden/real-lines.json.gz")
    hostile = script.hostile()
    random_texts = COUNT // 5
    room = max(0, COUNT - len(hostile) - random_texts)
    while len(real) < room:
        real += golden[: room - len(real)]
    real = real[:room]
    all_texts = real + hostile + [random_unicode(rng) for _ in range(random_texts)]
    rng.shuffle(all_texts)
    return all_texts, scripts


def vocabularies(folder, into):
    """Folders of checkpoints with real vocabularies."""
    made = []

    def checkpoint(name, files, model_type, config=None):
        target = into / name
        target.mkdir()
        for file, content in files.items():
            (target / file).write_bytes(content)
        (target / "config.json").write_text(json.dumps({"model_type": model_type}))
        if config:
            (target / "tokenizer_config.json").write_text(json.dumps(config))
        made.append(target)

    for source in sorted(Path(folder).iterdir()):
        has = {file.name: file for file in source.iterdir()} if source.is_dir() else {}
        if "vocab.txt" in has:
            files = {"vocab.txt": has["vocab.txt"].read_bytes()}
            lower = "uncased" in source.name
            checkpoint(source.name, files, "bert", {"do_lower_case": lower})
            checkpoint(source.name + "-electra", files, "electra", {"do_lower_case": lower, "strip_accents": not lower})
        if "merges.txt" in has:
            files = {name: has[name].read_bytes() for name in ("vocab.json", "merges.txt")}
            checkpoint(source.name, files, "roberta")
        if "spiece.model" in has:
            model = has["spiece.model"].read_bytes()
            named = {"cls_token": "<cls>", "sep_token": "<sep>", "pad_token": "<pad>", "mask_token": "<mask>", "unk_token": "<unk>"}
            checkpoint(source.name + "-as-xlm-roberta", {"sentencepiece.bpe.model": model}, "xlm-roberta")
            checkpoint(source.name + "-as-camembert", {"sentencepiece.bpe.model": model}, "camembert")
            checkpoint(source.name + "-as-deberta-v2", {"spm.model": model}, "deberta-v2", named)
            checkpoint(source.name + "-as-albert", {"spiece.model": model}, "albert", named)
        if "pieces.tsv.gz" in has:
            lines = gzip.decompress(has["pieces.tsv.gz"].read_bytes()).decode("utf-8").split("\n")
            pieces = [line.split("\t") for line in lines if line]
            tokenizer = json.loads(gzip.decompress((families.FAMILIES / "xlm-roberta/tokenizer.json.gz").read_bytes()))
            with gzip.open(script.RESOURCES / "charsmap/nmt_nfkc.gz", "rt") as packed:
                tokenizer["normalizer"]["precompiled_charsmap"] = packed.read()
            tokenizer["model"]["vocab"] = [[piece, float(score)] for _, piece, score in pieces]
            for token in tokenizer["added_tokens"]:
                token["id"] = next(i for i, piece in enumerate(pieces) if piece[1] == token["content"])
            checkpoint(source.name, {"tokenizer.json": json.dumps(tokenizer).encode()}, "xlm-roberta")
    return made


def different(folder, lines, file, side):
    """The first thing in which transformers and Java differ, or None."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    if side == "left":
        config = folder / "tokenizer_config.json"
        written = json.loads(config.read_text()) if config.exists() else {}
        config.write_text(json.dumps({**written, "truncation_side": "left"}))
        tokenizer = AutoTokenizer.from_pretrained(folder)
    out = folder / "java.out"
    run = subprocess.run(
        ["java", "-cp", str(JAR), "interop/Tokenize.java", str(folder), str(file), str(LIMIT), str(out)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        return f"Java ended with exit code {run.returncode}: {run.stdout[-1500:]}"
    java = json.loads(out.read_text())
    out.unlink()
    python = tokenizer(lines, return_offsets_mapping=True) if side == "right" else None
    for i, line in enumerate(lines if python else []):
        if python["input_ids"][i] != java["ids"][i]:
            return f"ids of {line!r}: transformers {python['input_ids'][i]}, Java {java['ids'][i]}"
        if script.flat(python["offset_mapping"][i]) != java["offsets"][i]:
            return f"offsets of {line!r}: transformers {python['offset_mapping'][i]}, Java {java['offsets'][i]}"
    cut = tokenizer(lines, truncation=True, max_length=LIMIT)["input_ids"]
    pairs = tokenizer(lines[:-1], lines[1:], truncation=True, max_length=LIMIT)["input_ids"]
    for kind, theirs, ours in (("cut", cut, java["cut"]), ("pair", pairs, java["pairs"])):
        for i, ids in enumerate(theirs):
            if ids != ours[i]:
                return f"{kind} {lines[i:i + 2]!r}: transformers {ids}, Java {ours[i]}"
    return None


def main():
    from transformers import AutoTokenizer, logging

    logging.set_verbosity_error()
    build()
    lines, scripts = texts()
    failed = []
    count = 0
    with tempfile.TemporaryDirectory() as temporary:
        into = Path(temporary)
        file = into / "texts.json"
        file.write_text(json.dumps(lines))
        folders = []
        for name in families.SETTINGS:
            folders.append(families.folder(name, families.committed(name), into / name))
        real = os.environ.get("AFINA_VOCABULARIES")
        if real:
            folders += vocabularies(real, into)
        for folder in list(folders):
            saved = into / (folder.name + "-saved")
            AutoTokenizer.from_pretrained(folder).save_pretrained(saved)
            (saved / "config.json").write_bytes((folder / "config.json").read_bytes())
            folders.append(saved)
        for folder in folders:
            for side in ("right", "left"):
                found = different(folder, lines, file, side)
                count += 1
                if found:
                    failed.append(f"{folder.name}, {side}: {found[:1000]}")
                print(f"{folder.name}, {side}: {'DIFFERENT' if found else 'equal'}", flush=True)
    if failed:
        sys.exit("\n".join(failed))
    print(f"{count} tokenizers, {len(lines)} texts, {len(scripts)} scripts ({', '.join(scripts).lower()}): equal")


if __name__ == "__main__":
    main()
