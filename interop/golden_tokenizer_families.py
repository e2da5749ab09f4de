#!/usr/bin/env python3
"""Writes the golden files of the tokenizers' families: tiny vocabularies, and what transformers says with them.

    python golden_tokenizer_families.py OUT            the golden files of all families into the folder OUT
    python golden_tokenizer_families.py OUT --train    first trains the vocabularies anew, on the real lines and a few scripts

OUT/NAME holds the files of a checkpoint as its publisher has them, and beside them

    tokenizer.json.gz   what transformers saves after it opened them
    golden.json.gz      as golden_tokenization.py describes it, for every third hostile and every 14th real line of
                        golden/lines.json.gz; "lines" has their numbers

The character map of nmt_nfkc, 240 kB, is in charsmap/nmt_nfkc.gz once: the .model files have none, and
tokenizer.json.gz has "" in its place. A .model gets it back by appending it: protobuf merges a message that comes twice.
Without --train the vocabularies are those beside the committed golden files.
"""

import argparse
import base64
import gzip
import io
import json
import os
import shutil
import tempfile
from pathlib import Path

import golden_tokenization as script

os.environ["HF_HUB_OFFLINE"] = "1"

FAMILIES = script.RESOURCES / "families"
PIECES = 900

BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

# By name: model_type, tokenizer_config.json, the file of the vocabulary.
SETTINGS = {
    "xlm-roberta": ("xlm-roberta", {}, "sentencepiece.bpe.model"),
    "camembert": ("camembert", {}, "sentencepiece.bpe.model"),
    "albert": ("albert", {}, "spiece.model"),
    "albert-cased": ("albert", {"do_lower_case": False, "keep_accents": True}, "spiece.model"),
    "deberta-v2": ("deberta-v2", {"do_lower_case": False, "vocab_type": "spm"}, "spm.model"),
    "deberta-v2-punctuation": ("deberta-v2", {"do_lower_case": True, "split_by_punct": True}, "spm.model"),
    "electra": ("electra", {"do_lower_case": True}, "vocab.txt"),
    "mpnet": ("mpnet", {}, "vocab.txt"),
    "deberta": ("deberta", {"do_lower_case": False}, "vocab.json"),
    "modernbert": ("modernbert", {"tokenizer_class": "PreTrainedTokenizerFast"}, None),
}

# The pieces at the beginning, as the publishers' models have them.
SPIECE = {
    "xlm-roberta": dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1),
    "camembert": dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1),
    "albert": dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols="[CLS],[SEP],[MASK]",
                   user_defined_symbols="(,),-,.,–,£,€"),
    "deberta-v2": dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]",
                       unk_piece="[UNK]"),
}


def charsmap():
    with gzip.open(script.RESOURCES / "charsmap/nmt_nfkc.gz") as packed:
        return base64.b64decode(packed.read())


def vocabulary_of(name):
    return {"albert-cased": "albert", "deberta-v2-punctuation": "deberta-v2"}.get(name, name)


def train_sentencepiece(texts, options):
    """A Unigram model without its character map and without what tells where it was trained."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=out, vocab_size=PIECES, model_type="unigram", num_threads=1,
        character_coverage=0.997, hard_vocab_limit=False, normalization_rule_name="nmt_nfkc", minloglevel=2,
        **options)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(out.getvalue())
    proto.normalizer_spec.ClearField("precompiled_charsmap")
    proto.ClearField("self_test_data")
    return proto.SerializeToString(deterministic=True)


def train_wordpiece(texts, special, last):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=special, show_progress=False))
    tokens = [token for token, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    return "".join(token + "\n" for token in tokens + last).encode()


def train_bpe(texts, special):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=PIECES, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    return json.loads(tokenizer.to_str())["model"]


def modernbert(model):
    """As the published tokenizer.json: runs of blanks and placeholders are tokens, the mask swallows the blank before it."""
    size = len(model["vocab"])
    ordinary = ["|||IP_ADDRESS|||", "        ", "    ", "  ", "|||EMAIL_ADDRESS|||"]
    special = ["<|padding|>", "<|endoftext|>", *BERT_SPECIAL[1:4], "[PAD]", "[MASK]", "[unused0]"]
    added = []
    for i, content in enumerate(ordinary + special):
        added.append({
            "id": size + i, "content": content, "single_word": False, "lstrip": content == "[MASK]", "rstrip": False,
            "normalized": content in ordinary or content.startswith("[unused"),
            "special": content in special and not content.startswith("[unused"),
        })
    ids = {token["content"]: token["id"] for token in added}

    def special_piece(token, kind=0):
        return {"SpecialToken": {"id": token, "type_id": kind}}

    text, pair = {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special_piece("[CLS]"), text, special_piece("[SEP]")],
            "pair": [special_piece("[CLS]"), text, special_piece("[SEP]"), pair, special_piece("[SEP]")],
            "special_tokens": {t: {"id": t, "ids": [ids[t]], "tokens": [t]} for t in ("[CLS]", "[SEP]")},
        },
        "decoder": byte_level,
        "model": model,
    }


def train(texts):
    """The files of each vocabulary, by its name."""
    files = {}
    for name, options in SPIECE.items():
        files[name] = {SETTINGS[name][2]: train_sentencepiece(texts, options)}
    files["electra"] = {"vocab.txt": train_wordpiece(texts, BERT_SPECIAL, [])}
    files["mpnet"] = {"vocab.txt": train_wordpiece(texts, ["<s>", "<pad>", "</s>", "[UNK]"], ["<mask>"])}
    model = train_bpe(texts, ["[CLS]", "[PAD]", "[SEP]", "[UNK]"])
    merges = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in model["merges"])
    vocab = {**model["vocab"], "[MASK]": len(model["vocab"])}
    files["deberta"] = {"vocab.json": json.dumps(vocab, ensure_ascii=False).encode(), "merges.txt": merges.encode()}
    text = json.dumps(modernbert(train_bpe(texts, [])), ensure_ascii=False)
    files["modernbert"] = {"tokenizer.json": text.encode()}
    return files


def committed(name):
    files = {}
    for packed in sorted((FAMILIES / vocabulary_of(name)).glob("*.gz")):
        if packed.name not in ("golden.json.gz", "tokenizer.json.gz") or name == "modernbert" and packed.name != "golden.json.gz":
            files[packed.name[:-3]] = gzip.decompress(packed.read_bytes())
    return files


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def with_charsmap(model):
    """normalizer_spec (field 3) with precompiled_charsmap (field 2) once more: protobuf merges the two."""
    spec = b"\x12" + varint(len(charsmap())) + charsmap()
    return model + b"\x1a" + varint(len(spec)) + spec


def folder(name, files, into):
    """A checkpoint folder with these files of a vocabulary."""
    model_type, config, _ = SETTINGS[name]
    into.mkdir(parents=True)
    for file, content in files.items():
        (into / file).write_bytes(with_charsmap(content) if file.endswith(".model") else content)
    (into / "config.json").write_text(json.dumps({"model_type": model_type}))
    if config:
        (into / "tokenizer_config.json").write_text(json.dumps(config))
    return into


def chosen(texts, real):
    return list(range(len(real), len(texts), 3)) + list(range(0, len(real), 14))


def golden(tokenizer, again, texts):
    cuts, pairs = script.cases(texts)
    result = {"singles": [], "cuts": [], "pairs": [], "decoded": []}
    for text in texts:
        ids, types, offsets = script.encode(tokenizer, text)
        assert not any(types)
        assert (ids, types, offsets) == script.encode(again, text), text
        result["singles"].append([ids, offsets, " ".join(tokenizer.convert_ids_to_tokens(ids))])
    for side, key in (("right", "cuts"), ("left", "leftCuts")):
        tokenizer.truncation_side = side
        result[key] = [[n, limit, script.encode(tokenizer, texts[n], limit=limit)[0]] for n, limit in cuts]
    tokenizer.truncation_side = "right"
    for first, second, limit in pairs[-150:]:
        ids, types, offsets = script.encode(tokenizer, texts[first], texts[second], limit)
        result["pairs"].append([first, second, limit, ids, types if any(types) else 0, offsets])
    for number in range(0, len(texts), 7):
        ids = result["singles"][number][0]
        result["decoded"].append([number, tokenizer.decode(ids, skip_special_tokens=True), tokenizer.decode(ids)])
    return result


def without_charsmap(text):
    encoded = base64.b64encode(charsmap()).decode()
    return text.replace(encoded, "")


def gzipped(data):
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(data)
    return out.getvalue()


def main():
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--train", action="store_true")
    args = parser.parse_args()
    lines = script.read_json(script.RESOURCES / "golden/lines.json.gz")
    real = script.read_json(script.RESOURCES / "golden/real-lines.json.gz")
    numbers = chosen(lines, real)
    texts = [lines[n] for n in numbers]
    trained = train(real + list(script.SCRIPTS.values()) * 3) if args.train else {}
    with tempfile.TemporaryDirectory() as temporary:
        for name in SETTINGS:
            files = trained[vocabulary_of(name)] if args.train else committed(name)
            source = folder(name, files, Path(temporary) / name)
            tokenizer = AutoTokenizer.from_pretrained(source)
            saved = Path(temporary) / (name + "-saved")
            tokenizer.save_pretrained(saved)
            into = args.out / name
            into.mkdir(parents=True, exist_ok=True)
            result = golden(tokenizer, AutoTokenizer.from_pretrained(saved), texts)
            script.write_json(into / "golden.json.gz", {"lines": numbers, **result})
            if name == vocabulary_of(name) and name != "modernbert":
                for file, content in files.items():
                    (into / (file + ".gz")).write_bytes(gzipped(content))
            text = (saved / "tokenizer.json").read_text(encoding="utf-8")
            compact = json.dumps(json.loads(without_charsmap(text)), ensure_ascii=False, separators=(",", ":"))
            (into / "tokenizer.json.gz").write_bytes(gzipped(compact.encode()))
            shutil.copy(source / "config.json", into)
            if SETTINGS[name][1]:
                shutil.copy(source / "tokenizer_config.json", into)
    print(f"{len(texts)} texts, {len(SETTINGS)} families: {args.out}")


if __name__ == "__main__":
    main()
