"""Tokenizers: where the files of a folder contradict each other, Java's ids are those of transformers, or the folder is refused.

Random folders: the files of each family, from tokenizer.json or from vocabulary files, with changes that people and programs
make: other special tokens and switches in tokenizer_config.json, special_tokens_map.json, added_tokens.json and
config.json, other parts of tokenizer.json, other lines of vocabulary files. Where both sides open a folder, ids, cuts,
pairs, their types, the greatest length and the padding token are equal. Java may refuse what Python opens, by an IOException. A
folder that Java opens with the warning that it follows tokenizer.json is not compared. What Java saves of a folder gives
Python, without a question, what it gives Java.

AFINA_FOLDERS folders, 150 without it, of seed AFINA_SEED. AFINA_KEEP names a folder that keeps them.
"""

import base64
import copy
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from transformers import AutoTokenizer, logging  # noqa: E402

from java import JAR, JAVA, build  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "core/src/test/resources/golden/models"
FAMILIES = ROOT / "tokenization/src/test/resources/dev/afina/tokenization/families"
CHARSMAP = gzip.decompress((FAMILIES.parent / "charsmap/nmt_nfkc.gz").read_bytes()).decode().strip()
COUNT = int(os.environ.get("AFINA_FOLDERS", "150"))
SEED = int(os.environ.get("AFINA_SEED", "20261128"))
LIMIT = 11
UNLIMITED = 2**31 - 1

CONFIG, MAP, ADDED, MODEL, JSON = "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "config.json", "tokenizer.json"
VOCABULARIES = ("vocab.txt", "vocab.json", "spiece.model", "spm.model", "sentencepiece.bpe.model")
PARSED = (CONFIG, MODEL, JSON, "vocab.json")

TEXTS = [
    "The quick brown Fox, it's 42 times over!",
    "a <mask> b [MASK] c  [SEP] x </s>[CLS]",
    "[NEW] new[new]  New [New]x <z> <Z>",
    "Élan vital ñandú Übung ﬁ Ａ",
    "你好 世界",
    "   ",
    "he said ``hi'' \n\t ok  \u00a0 z",
    "the the the the the the the the a a a a [PAD] <pad> <unk> [UNK]",
    "a the of",
    "don't  stop-it  #tag @me",
    "",
]
ROLES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
LISTS = ["additional_special_tokens", "extra_special_tokens"]
CLASSES = [
    *(f"{name}Tokenizer{fast}" for fast in ("", "Fast")
      for name in ("Bert", "DistilBert", "Electra", "Roberta", "MPNet", "Deberta", "DebertaV2", "XLMRoberta", "Camembert", "Albert")),
    "PreTrainedTokenizerFast", "PreTrainedTokenizer", "TokenizersBackend", "BartTokenizer", "LongformerTokenizerFast",
    "BertJapaneseTokenizer", "LayoutLMTokenizer", "GPT2Tokenizer", "T5Tokenizer", "LlamaTokenizer", "Foo", "bertTokenizer", None]
TYPES = [
    "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet", "roberta", "xlm-roberta",
    "bart", "longformer", "squeezebert", "xlm-roberta-xl", "convbert", "mobilebert", "layoutlm", "funnel", "big_bird", "xlnet", "foo", ""]
SWITCHES = [
    "do_lower_case", "strip_accents", "tokenize_chinese_chars", "add_prefix_space", "trim_offsets", "split_by_punct", "keep_accents",
    "add_bos_token", "add_eos_token", "legacy", "do_basic_tokenize", "remove_space", "add_special_tokens", "encode_special_tokens"]


# Folders: a dictionary from a file's name to its content, parsed where it is JSON.

def read(folder, wanted):
    files = {}
    for path in sorted(folder.iterdir()):
        name = path.name.removesuffix(".gz")
        if wanted(name):
            raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            files[name] = json.loads(with_charsmap(name, raw)) if name in PARSED else with_charsmap(name, raw)
    return files


def with_charsmap(name, raw):
    """The fixtures share one, which is not in each of them."""
    if name.endswith(".model"):  # normalizer_spec (3) with precompiled_charsmap (2): messages merge
        return raw + field(3, field(2, base64.b64decode(CHARSMAP)))
    return raw.replace(b'"precompiled_charsmap":""', f'"precompiled_charsmap":"{CHARSMAP}"'.encode())


def field(number, content):
    """A length-delimited field of protobuf."""
    n, length = len(content), []
    while n > 0x7F:
        length.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([number << 3 | 2, *length, n]) + content


def starts():
    """The folders to change, by name."""
    found = {}
    for folder in sorted(MODELS.iterdir()):
        if (folder / "model" / JSON).is_file():
            found[f"{folder.name}, model"] = read(folder / "model", lambda name: name in (CONFIG, MODEL, JSON))
    for folder in sorted(FAMILIES.iterdir()):
        if folder.is_dir():
            found[f"{folder.name}, tokenizer.json"] = read(folder, lambda name: name in (CONFIG, MODEL, JSON))
            vocabulary = read(folder, lambda name: name in (CONFIG, MODEL, "merges.txt", *VOCABULARIES))
            if any(name in vocabulary for name in VOCABULARIES):
                found[f"{folder.name}, vocabulary"] = vocabulary
    bert, roberta = found["bert, model"], found["roberta, model"]
    ids = bert[JSON]["model"]["vocab"]
    found["bert, vocabulary"] = {MODEL: bert[MODEL], "vocab.txt": ("\n".join(sorted(ids, key=ids.get)) + "\n").encode()}
    model = roberta[JSON]["model"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    found["roberta, vocabulary"] = {
        MODEL: roberta[MODEL], "vocab.json": model["vocab"], "merges.txt": ("#version: 0.2\n" + "\n".join(merges) + "\n").encode()}
    return found


def vocabulary(files):
    if JSON in files:
        tokens = files[JSON]["model"]["vocab"]
        return list(tokens) if isinstance(tokens, dict) else [piece for piece, _ in tokens]
    if "vocab.json" in files:
        return list(files["vocab.json"])
    if "vocab.txt" in files:
        return files["vocab.txt"].decode().split("\n")
    return ["<s>", "</s>", "<unk>", "<pad>", "[CLS]", "▁a", "▁the", "a"]


def size(files):
    return len(set(vocabulary(files)))


# Changes. Each takes the generator and the files, and may fail where a file lacks what it wants to change.

def content(rng, files):
    usual = ["[NEW]", "<z>", "the", "a", "New", "[MASK]", "<mask>", "[PAD]", "<pad>", "</s>", "[SEP]", "<s>", "[CLS]", "[UNK]", "<unk>", "é", " x"]
    return rng.choice([*usual, rng.choice(vocabulary(files))])


def token(rng, files):
    """A string, or an object with flags."""
    text = content(rng, files)
    if rng.random() < 0.55:
        return text
    flags = {"content": text, "lstrip": rng.random() < 0.4, "rstrip": rng.random() < 0.2, "single_word": False, "normalized": rng.random() < 0.4}
    if rng.random() < 0.5:
        flags["__type"] = "AddedToken"
    if rng.random() < 0.5:
        flags["special"] = rng.random() < 0.7
    return flags


def tokens(rng, files):
    return [token(rng, files) for _ in range(rng.randrange(3))]


def decoder(rng, files):
    """added_tokens_decoder: most of the tokens that there are, and perhaps another."""
    entries = {}
    if JSON in files:
        for added in files[JSON]["added_tokens"]:
            if rng.random() < 0.9:
                entry = {key: value for key, value in added.items() if key != "id"}
                if rng.random() < 0.1:
                    entry["lstrip"] = not entry["lstrip"]
                entries[str(added["id"])] = entry
    else:
        for i, text in enumerate(vocabulary(files)[:400]):
            if text.startswith(("[", "<")) and len(text) > 2 and rng.random() < 0.9:
                entries[str(i)] = {"content": text, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": True}
    if rng.random() < 0.5:
        more = token(rng, files)
        more = dict(more) if isinstance(more, dict) else {"content": more, "special": rng.random() < 0.5}
        more.pop("__type", None)
        n = size(files)
        entries[str(rng.choice([n, n, n + len(entries), 5, n + 3]))] = more
    return entries


def change_config(rng, files):
    config = files.setdefault(CONFIG, {})
    kind = rng.choice(["switch", "switch", "role", "role", "list", "list", "class", "decoder", "decoder", "name", "side", "length", "other"])
    if kind == "switch":
        config[rng.choice(SWITCHES)] = rng.choice([True, False, True, False, None])
    elif kind == "role":
        config[rng.choice(ROLES)] = rng.choice([token(rng, files), token(rng, files), None])
    elif kind == "list":
        config[rng.choice(LISTS)] = tokens(rng, files)
    elif kind == "class":
        config["tokenizer_class"] = rng.choice(CLASSES)
    elif kind == "decoder":
        config["added_tokens_decoder"] = decoder(rng, files)
    elif kind == "name":
        config["image_token"] = token(rng, files)
    elif kind == "side":
        config[rng.choice(["truncation_side", "padding_side"])] = rng.choice(["left", "right"])
    elif kind == "length":
        config[rng.choice(["model_max_length", "max_len", "max_length"])] = rng.choice([7, 16, 512, None, int(1e30)])
    else:
        key, value = rng.choice([
            ("extra_special_tokens", {"foo_token": token(rng, files)}), ("model_specific_special_tokens", {"foo_token": content(rng, files)}),
            ("split_special_tokens", rng.choice([False, None, True])), ("fast_tokenizer_files", ["tokenizer.json", "tokenizer.4.0.0.json"]),
            ("unk_id", rng.choice([0, 1, 2, 3, 100])), ("never_split", ["the"]), ("wordpieces_prefix", "@@"), ("init_inputs", []),
            ("model_input_names", ["input_ids", "attention_mask"]), ("errors", "ignore"), ("backend", "tokenizers"),
            ("model_input_names", ["input_ids", "token_type_ids", "attention_mask"]), ("model_input_names", rng.choice([[], None, "token_type_ids"])),
            ("errors", "replace"), ("sp_model_kwargs", {}),
            ("max_input_chars_per_word", 5), ("stride", 2), ("vocab", {"[UNK]": 0, "a": 1})])
        config[key] = value


def change_nothing_of_config(rng, files):
    if rng.random() < 0.15:
        del files[CONFIG]
    else:
        files[CONFIG].pop(rng.choice(list(files[CONFIG])))


def change_map(rng, files):
    entries = files.setdefault(MAP, {})
    for _ in range(rng.randrange(1, 4)):
        kind = rng.choice(["role"] * 6 + ["list"] * 2 + ["name", "switch"])
        if kind == "role":
            entries[rng.choice(ROLES)] = token(rng, files)
        elif kind == "list":
            entries[rng.choice(LISTS)] = tokens(rng, files)
        elif kind == "name":
            entries["image_token"] = token(rng, files)
        else:
            key = rng.choice(["do_lower_case", "add_prefix_space", "truncation_side", "model_max_length", "strip_accents"])
            entries[key] = {"truncation_side": "left", "model_max_length": 7}.get(key, rng.random() < 0.5)


def change_added(rng, files):
    n = size(files)
    files.setdefault(ADDED, {})[content(rng, files)] = rng.choice([n, n, n, n + 1, 3])


def change_model(rng, files):
    config = files.setdefault(MODEL, {})
    key, value = rng.choice([
        ("model_type", rng.choice(TYPES)), ("tokenizer_class", rng.choice(CLASSES)), ("model_type", None), ("type_vocab_size", rng.choice([1, 2]))])
    if value is None:
        config.pop(key, None)
    else:
        config[key] = value


def change_json(rng, files):
    file = files[JSON]
    model, added = file["model"], file["added_tokens"]
    kind = rng.choice(["truncation", "padding", "fewer", "flag", "more", "normalizer", "pre_tokenizer", "post_processor", "model", "vocab"])
    if kind == "truncation":
        file[kind] = {"direction": rng.choice(["Left", "Right"]), "max_length": rng.choice([5, 512]), "strategy": "LongestFirst", "stride": 0}
    elif kind == "padding":
        file[kind] = {
            "strategy": rng.choice(["BatchLongest", {"Fixed": 12}]), "direction": rng.choice(["Left", "Right"]), "pad_to_multiple_of": None,
            "pad_id": rng.choice([0, 1, 3]), "pad_type_id": rng.choice([0, 1]), "pad_token": content(rng, files)}
    elif kind == "fewer":
        added.pop(rng.randrange(len(added)))
    elif kind == "flag":
        entry, flag = rng.choice(added), rng.choice(["lstrip", "rstrip", "normalized", "special", "single_word"])
        entry[flag] = not entry[flag]
    elif kind == "more":
        added.append({
            "id": size(files), "content": content(rng, files), "single_word": False, "lstrip": rng.random() < 0.3, "rstrip": False,
            "normalized": rng.random() < 0.5, "special": rng.random() < 0.5})
    elif kind == "normalizer":
        file[kind] = rng.choice([
            None, {"type": "Lowercase"}, {"type": "NFC"}, {"type": "Sequence", "normalizers": []},
            {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
            {"type": "Sequence", "normalizers": [file[kind]] if file[kind] else []}, {"type": "Prepend", "prepend": "▁"},
            {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": rng.random() < 0.5, "strip_accents": None, "lowercase": rng.random() < 0.5},
            {"type": "Replace", "pattern": {"String": "a"}, "content": "b"}])
    elif kind == "pre_tokenizer":
        file[kind] = rng.choice([
            {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "BertPreTokenizer"},
            {"type": "ByteLevel", "add_prefix_space": rng.random() < 0.5, "trim_offsets": rng.random() < 0.5, "use_regex": rng.random() < 0.5},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": rng.choice(["first", "never", "always"]), "split": rng.random() < 0.5},
            {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation", "behavior": rng.choice(["Isolated", "Removed"])}]},
            {"type": "Sequence", "pretokenizers": [file[kind], {"type": "Digits", "individual_digits": True}]},
            {"type": "Split", "pattern": {"String": "o"}, "behavior": "Isolated", "invert": False}])
    elif kind == "post_processor":
        known = vocabulary(files)
        first, last = rng.choice(["[CLS]", "<s>", rng.choice(known)]), rng.choice(["[SEP]", "</s>"])
        ids = [known.index(text) if text in known else i for i, text in enumerate((first, last))]
        around = {"sep": [last, ids[1]], "cls": [first, ids[0]]}
        file[kind] = rng.choice([
            None, {"type": "BertProcessing", **around}, {"type": "RobertaProcessing", **around, "trim_offsets": True, "add_prefix_space": rng.random() < 0.5},
            {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}])
    elif kind == "model":
        key, value = {
            "WordPiece": ("max_input_chars_per_word", rng.choice([3, 100, 200])),
            "BPE": rng.choice([
                ("ignore_merges", True), ("byte_fallback", True), ("fuse_unk", True), ("unk_token", rng.choice([None, "<unk>", "[UNK]"])),
                ("end_of_word_suffix", rng.choice(["", "</w>", None])), ("dropout", rng.choice([0.0, None]))]),
            "Unigram": ("unk_id", rng.choice([0, 1, 2, 3]))}[model["type"]]
        model[key] = value
    elif isinstance(model["vocab"], list):
        piece = rng.choice(model["vocab"])
        piece[1] = rng.choice([piece[1] - 3, 0, piece[1] + 2, -100])
    elif model["type"] == "WordPiece":
        del model["vocab"][rng.choice(list(model["vocab"]))]


def change_lines(rng, files):
    """Of vocab.txt or merges.txt; where there is a tokenizer.json, another vocabulary beside it."""
    name = next((name for name in ("vocab.txt", "merges.txt") if name in files), None)
    if name is None:
        if rng.random() < 0.5:
            files["vocab.txt"] = b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nthe\n"
        else:
            files["vocab.json"] = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4}
            files["merges.txt"] = b"#version: 0.2\n"
        return
    lines = files[name].split(b"\n")
    kind = rng.choice(["twice", "other", "ends", "last"])
    if kind == "twice":
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    elif kind == "other":
        lines.insert(rng.randrange(len(lines)), rng.choice([b"", b" ", b"# x", b"the ", b"\xc2\xa0", b"a\x0bb", b"a\xe2\x80\xa8b"]))
    separator = b"\r\n" if kind == "ends" else b"\n"
    files[name] = separator.join(lines).rstrip(b"\r\n") + (b"\n\n" if kind == "last" else separator)


CHANGES = [change_config] * 5 + [change_nothing_of_config, change_map, change_map, change_added, change_model, change_json, change_json, change_json, change_lines]


def folder(rng, start):
    files = copy.deepcopy(start)
    changes = []
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])):
        change = rng.choice(CHANGES)
        try:
            change(rng, files)
        except (KeyError, IndexError, TypeError):
            continue  # this folder has nothing of the kind
        changes.append(change.__name__.removeprefix("change_"))
    if rng.random() < 0.6 and "vocab_size" in files.get(MODEL, {}):
        files[MODEL]["vocab_size"] += 50  # rows for what is added
    return files, changes


def by_python(path, strict=False):
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(path))
        config = json.loads((path / CONFIG).read_text()) if (path / CONFIG).is_file() else {}
        # Files that transformers 5 did not write are of a time when these classes gave token types without being asked.
        older = "backend" not in config and "model_input_names" not in tokenizer.init_kwargs
        asked = True if older and not strict and type(tokenizer).__name__ in ("AlbertTokenizer", "TokenizersBackend") else None
        result = {"max": min(tokenizer.model_max_length or UNLIMITED, UNLIMITED), "pad": tokenizer.pad_token_id, "ids": [], "cut": [], "pairs": [], "types": []}
        for text in TEXTS:
            result["ids"].append(tokenizer(text)["input_ids"])
            result["cut"].append(tokenizer(text, truncation=True, max_length=LIMIT)["input_ids"])
        for first, second in zip(TEXTS, TEXTS[1:]):
            pair = tokenizer(first, second, truncation=True, max_length=LIMIT, return_token_type_ids=asked)
            result["pairs"].append(pair["input_ids"])
            result["types"].append(pair.get("token_type_ids") or [0] * len(pair["input_ids"]))
        return result
    except BaseException as e:  # tokenizers' panics are none of Exception's
        if isinstance(e, KeyboardInterrupt):
            raise
        return {"error": f"{type(e).__name__}: {e}"}


def verdict(python, java, rows):
    """What kind of pair the two are, and how they differ, which is empty where all is well."""
    if java.get("unexpected"):
        return "unexpected", java["error"]
    if "error" in python or "error" in java:
        return "refused by " + " and ".join(side for side, of in (("Python", python), ("Java", java)) if "error" in of), ""
    if "Afina follows the file" in java["log"]:
        return "opened by Java with a warning", ""
    if rows and any(i is None or i >= rows for kind in ("ids", "cut", "pairs") for ids in python[kind] for i in ids):
        return "with ids beyond the model's rows in Python", ""
    for kind in ("ids", "cut", "pairs", "types"):
        for i, (theirs, ours) in enumerate(zip(python[kind], java[kind])):
            # The tokenizers library takes an empty second text for none.
            if theirs != ours and (kind in ("ids", "cut") or TEXTS[i + 1]):
                return "different", f"{kind} of {TEXTS[i]!r}: {ours}, transformers has {theirs}"
    if python["max"] != java["max"]:
        return "different", f"greatest length {java['max']}, transformers has {python['max']}"
    if python["pad"] is not None and python["pad"] != java.get("pad"):  # Java finds one where transformers has none
        return "different", f"padding token {java.get('pad')}, transformers has {python['pad']}"
    return "equal", ""


def main():
    logging.set_verbosity(50)
    build()
    rng = random.Random(SEED)
    named = starts()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(os.environ.get("AFINA_KEEP", temporary))
        (work / "folders").mkdir(parents=True)
        rows, stories, python = [], [], []
        for i in range(COUNT):
            start = rng.choice(sorted(named))
            files, changes = folder(rng, named[start])
            path = work / "folders" / str(i)
            path.mkdir()
            for name, data in files.items():
                (path / name).write_bytes(data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode())
            rows.append(files.get(MODEL, {}).get("vocab_size"))
            stories.append(f"{start}, changes of {', '.join(changes) or 'nothing'}")
            python.append(by_python(path))
        (work / "texts.json").write_text(json.dumps(TEXTS))
        command = [*JAVA, "-cp", str(JAR), "interop/TokenizeFolders.java", str(work / "folders"), str(work / "texts.json"), str(LIMIT), str(work / "java.jsonl"), str(work / "saved")]
        run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            sys.exit(run.stdout)
        java = [json.loads(line) for line in (work / "java.jsonl").read_text().splitlines()]
        saved = []
        for i in range(COUNT):
            path = work / "saved" / str(i)
            unknown = json.loads((path / CONFIG).read_text()).get("unk_token") if path.is_dir() else None
            if unknown and any(token == unknown for key, token in json.loads((path / CONFIG).read_text()).items() if key in ROLES and key != "unk_token"):
                saved.append(None)  # what is cut of a pair depends on the class where the unknown token has another role
                continue
            model = work / "folders" / str(i) / MODEL
            if not path.is_dir() or not model.is_file() or not json.loads(model.read_text()).get("model_type"):
                saved.append(None)  # refused, or none that a model is saved with
                continue
            shutil.copy(model, path)
            saved.append(by_python(path, strict=True))
    counts, faults = Counter(), []
    for i in range(COUNT):
        kind, difference = verdict(python[i], java[i], rows[i])
        counts[kind] += 1
        if difference:
            faults.append(f"folder {i} ({stories[i]}): {difference}")
        if saved[i] and "error" not in java[i]:
            if "error" in saved[i] and "error" not in python[i]:
                faults.append(f"folder {i} ({stories[i]}), saved: {saved[i]['error']}")
            difference = verdict(saved[i], java[i] | {"log": ""}, rows[i])[1]
            if difference:
                faults.append(f"folder {i} ({stories[i]}), saved: {difference}")
    print(f"{COUNT} folders of seed {SEED}: " + ", ".join(f"{n} {kind}" for kind, n in counts.most_common()))
    if counts["equal"] < COUNT / 5:
        faults.append("fewer than a fifth of the folders were compared")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
