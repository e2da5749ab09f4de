#!/usr/bin/env python3
"""Writes the golden files of the module `tokenization` with transformers.

    python golden_tokenization.py OUT                       all golden files into the folder OUT
    python golden_tokenization.py OUT --sample BANKING GO   first draws the real lines anew from the
                                                            train.csv of banking77 and of go_emotions

Input are the vocabularies and real-lines.json.gz beside the committed golden files
(tokenization/src/test/resources/dev/afina/tokenization). Output, all gzipped JSON:

    lines.json.gz           the texts: the real ones, then the hostile ones made here
    NAME.json.gz            what transformers says for vocabulary NAME:
        singles   per text [ids, offsets (start, end, start, ...; in code points), tokens joined by a blank]
        cuts      [text number, max_length, ids]
        pairs     [text number, pair number, max_length or 0, ids, type ids or 0, offsets]
        decoded   [text number, without special tokens, with them]
        skeleton  tokenizer.json as transformers saves it, vocabulary and merges left out

The same input gives the same bytes: the random numbers are seeded and gzip writes no time.
Needs transformers >= 5.18 and nothing from the network.
"""

import argparse
import csv
import gzip
import json
import os
import random
import shutil
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

RESOURCES = Path(__file__).resolve().parent.parent / "tokenization/src/test/resources/dev/afina/tokenization"
SEED = 20240607

# The mask of the published roberta-base swallows the blank before it. transformers 5 forgets that
# when it has only vocab.json and merges.txt; said explicitly, it behaves as published.
MASK = {
    "__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False,
    "normalized": False, "single_word": False, "special": True,
}

VOCABULARIES = {
    "bert-base-uncased": ({"model_type": "bert"}, {}),
    "bert-base-cased": ({"model_type": "bert"}, {"do_lower_case": False}),
    "bert-base-multilingual-cased": ({"model_type": "bert"}, {"do_lower_case": False}),
    "roberta-base": ({"model_type": "roberta"}, {"mask_token": MASK}),
}


def write_json(path, value):
    data = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    with open(path, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=9, mtime=0) as out:
        out.write(data)


def read_json(path):
    with gzip.open(path, "rb") as data:
        return json.loads(data.read())


def sample(banking, go_emotions):
    """700 lines of each, drawn with the seed, in the order of the files."""
    rng = random.Random(SEED)
    lines = []
    for file in (banking, go_emotions):
        opened = gzip.open(file, "rt", encoding="utf-8", newline="") if str(file).endswith(".gz") else open(
            file, encoding="utf-8", newline="")
        with opened as stream:
            texts = [row["text"] for row in csv.DictReader(stream)]
        lines += [texts[i] for i in sorted(rng.sample(range(len(texts)), 700))]
    return lines


SCRIPTS = {
    "arabic": "السلام عليكم كيف حالك؟ مُحَمَّد ١٢٣ ــ لا إله",
    "hebrew": "שלום עולם, מה שלומך? שָׁלוֹם ׳״ ﬡ",
    "chinese": "你好，世界！今天天氣很好。𠀀𠮷 中文abc混合 〇",
    "japanese": "こんにちは世界。カタカナ ﾊﾝｶｸ がぎぐげご ・ー 々",
    "thai": "สวัสดีชาวโลก น้ำใจ ๑๒๓ กำ",
    "hindi": "नमस्ते दुनिया क्षत्रिय ज़िन्दगी १२३।",
    "korean": "안녕하세요 세계 한국어 가나다",
    "russian": "Привет, мир! Ёлка и йод — съешь ещё",
    "greek": "Καλημέρα κόσμε ΟΔΥΣΣΕΥΣ ὀξεῖα ΐ",
    "turkish": "İstanbul ısırgan DİYARBAKIR Iğdır i̇",
    "vietnamese": "Tiếng Việt được viết bằng chữ Quốc ngữ",
    "german": "Straße GROẞ Übermäßig ÄÖÜ Fußgängerübergänge",
    "armenian": "Բարեւ աշխարհ և մինչև",
    "georgian": "გამარჯობა მსოფლიო ᲒᲐᲛᲐᲠᲯᲝᲑᲐ",
    "tibetan": "བཀྲ་ཤིས་བདེ་ལེགས།",
    "burmese": "မင်္ဂလာပါ ကမ္ဘာလောက",
    "amharic": "ሰላም ዓለም። እንዴት",
}
ATOMS = {
    "emoji": ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "❤️", "1️⃣", "👨🏿‍🚀", "🫠", "☺", "©", "™️"],
    "marks": ["é", "e\u0301", "n\u0303", "a\u0308\u0301", "Z\u0351\u036b\u0343", "ﬁ", "ﬃ", "ǆ", "ĳ", "Å", "A\u030a", "½", "²", "Ⅷ", "㎏", "ｆｕｌｌ", "ſ", "ŉ"],
    "invisible": ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\ufe0f", "\u061c"],
    "control": ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\x9f", "\ufffd", "\ufffe", "\uffff", "\ufdd0"],
    "spaces": [" ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u2003", "\u2009", "\u202f", "\u3000", "\u2028", "\u2029", "\u1680", "\u205f"],
    "astral": ["𝕳𝖊𝖑𝖑𝖔", "𝓦𝓸𝓻𝓵𝓭", "𐍈", "𒀀", "𓀀", "𠜎", "\U0001f9ff", "\U000e0001", "\U000f0000", "\U0010ffff", "𝟙𝟚", "🄰", "𐐀𐐨"],
    "special": ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "[sep]", "[ SEP ]", "<MASK>", "##ing", "Ġword", "[unused1]", "madeupword0000", "<|endoftext|>", "▁x"],
    "html": ["<br />", "&lt;", "&amp;nbsp;", "<a href=\"http://x.y/?q=1&z=2#f\">t</a>", "https://example.org/a_b-c.html?x=%20y", "user.name+tag@example.co.uk", "C:\\dir\\file.txt", "{\"k\": [1, null]}", "#hash_tag", "@user", "$1,234.56", "3.14e-10", "12:30pm", "50%", "(555) 123-4567"],
    "punctuation": ["...", "…", "—", "–", "‘’", "“”", "«»", "¿", "¡", "!!!???", "_", "__init__", "~`^|", "don't", "I'll've", "'s", "''", "``", "\"", "۔", "、", "।", "٪", "‰", "§", "°", "·"],
    "words": ["hello", "World", "UNBELIEVABLE", "internationalization", "pneumonoultramicroscopicsilicovolcanoconiosis", "asdkjhqwe", "NaïVe", "Café", "x", "I", "2nd", "covid19", "iPhone", "McDonald", "ÀÉÎÕÜ", "œuvre", "Łódź", "Ørsted", "Ħ", "ǅungla"],
}


def hostile():
    """At least 600 texts that break tokenizers, each kind alone and all kinds mixed."""
    rng = random.Random(SEED + 1)
    texts = ["", " ", "\t", "\n", "  \r\n ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\x00", "\x00\x00", "\ufffd", "\u2028", " \u00a0\u3000 "]
    texts += [" " + t for t in ("a", "hello", "<mask>", "[MASK]", "é")] + [t + " " for t in ("a", "hello", "<mask>", "[MASK]", "é")]
    for text in SCRIPTS.values():
        texts += [text, text.upper(), text.lower(), text.replace(" ", ""), text + " 😀 " + text[:5], "english " + text[::-1]]
    import unicodedata
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        texts += [unicodedata.normalize(form, SCRIPTS[s]) for s in ("vietnamese", "korean", "hindi", "japanese", "greek", "turkish", "arabic")]
        texts.append(unicodedata.normalize(form, "Crème Brûlée ﬁnancé ① ㍿ Å Ω ẛ̣"))
    for kind, atoms in ATOMS.items():
        texts += [atom for atom in atoms]
        texts.append("".join(atoms))
        texts.append(" ".join(atoms))
        texts.append("x".join(atoms))
    for length in (99, 100, 101, 150, 255, 256, 1000, 3000):
        texts += ["a" * length, "Ab9" * (length // 3), "é" * length, "中" * (length // 4), "😀" * (length // 4)]
    texts += ["ha" * 60 + "!" * 60, "-" * 200, "." * 120, "_" * 101, "w" * 98 + "'s", "a\u0301" * 60, "#" * 50 + " x"]
    everything = [atom for atoms in ATOMS.values() for atom in atoms] + [w for s in SCRIPTS.values() for w in s.split()]
    while len(texts) < 640:
        glue = rng.choice(["", " ", " ", "  ", ""])
        texts.append(glue.join(rng.choice(everything) for _ in range(rng.randint(2, 14))))
    # Any code point that is a character, surrogates excepted, in short runs.
    while len(texts) < 760:
        plane = rng.choice([0x250, 0x1000, 0x3000, 0xD7FF, 0x1FFFF, 0x10FFFF])
        points = [rng.randint(0, plane) for _ in range(rng.randint(3, 20))]
        texts.append("".join(chr(p) if not 0xD800 <= p <= 0xDFFF else " " for p in points))
    return texts


def folder(name, into):
    """The vocabulary as a checkpoint folder of old: vocabulary files, config, switches."""
    config, tokenizer_config = VOCABULARIES[name]
    target = Path(into) / name
    target.mkdir(parents=True)
    for packed in sorted((RESOURCES / "vocab" / name).glob("*.gz")):
        with gzip.open(packed, "rb") as source, open(target / packed.name[:-3], "wb") as out:
            shutil.copyfileobj(source, out)
    (target / "config.json").write_text(json.dumps(config))
    if tokenizer_config:
        (target / "tokenizer_config.json").write_text(json.dumps(tokenizer_config))
    return target


def flat(offsets):
    return [number for span in offsets for number in span]


def cases(texts):
    """Numbers of texts to cut and to pair, the same for every vocabulary."""
    rng = random.Random(SEED + 2)
    cuts = [(i, limit) for i in range(0, len(texts), 25) for limit in (3, 4, 8, 16, 60)]
    pairs = []
    for _ in range(500):
        pairs.append((rng.randrange(len(texts)), rng.randrange(len(texts)), rng.choice([0, 0, 5, 6, 7, 8, 9, 10, 12, 14, 17, 24, 33, 48])))
    empty = texts.index("")
    pairs += [(empty, 5, 0), (5, empty, 0), (empty, empty, 0), (empty, 5, 9), (5, empty, 9), (5, 5, 6), (5, 5, 7)]
    return cuts, pairs


def encode(tokenizer, text, pair=None, limit=0):
    """Through the batch form: the single form takes an empty second text for none."""
    options = {"truncation": True, "max_length": limit} if limit else {"truncation": False}
    batch = tokenizer([text], None if pair is None else [pair], return_offsets_mapping=True, return_token_type_ids=True, **options)
    return batch["input_ids"][0], batch["token_type_ids"][0], flat(batch["offset_mapping"][0])


def golden(name, texts, into):
    from transformers import AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(folder(name, into))
    saved = Path(into) / (name + "-saved")
    tokenizer.save_pretrained(saved)
    again = AutoTokenizer.from_pretrained(saved)
    skeleton = json.loads((saved / "tokenizer.json").read_text(encoding="utf-8"))
    skeleton["model"]["vocab"] = {}
    if "merges" in skeleton["model"]:
        skeleton["model"]["merges"] = []
    cuts, pairs = cases(texts)
    result = {"singles": [], "cuts": [], "pairs": [], "decoded": [], "skeleton": skeleton}
    for text in texts:
        ids, types, offsets = encode(tokenizer, text)
        assert ids == encode(again, text)[0], (name, text)
        assert not any(types)
        result["singles"].append([ids, offsets, " ".join(tokenizer.convert_ids_to_tokens(ids))])
    for number, limit in cuts:
        result["cuts"].append([number, limit, encode(tokenizer, texts[number], limit=limit)[0]])
    for first, second, limit in pairs:
        ids, types, offsets = encode(tokenizer, texts[first], texts[second], limit)
        result["pairs"].append([first, second, limit, ids, types if any(types) else 0, offsets])
    for number in range(0, len(texts), 7):
        ids = result["singles"][number][0]
        result["decoded"].append([number, tokenizer.decode(ids, skip_special_tokens=True), tokenizer.decode(ids)])
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sample", nargs=2, metavar=("BANKING", "GO"), type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.sample:
        write_json(args.out / "real-lines.json.gz", sample(*args.sample))
        real = read_json(args.out / "real-lines.json.gz")
    else:
        real = read_json(RESOURCES / "golden" / "real-lines.json.gz")
    texts = real + hostile()
    write_json(args.out / "lines.json.gz", texts)
    with tempfile.TemporaryDirectory() as temporary:
        for name in VOCABULARIES:
            write_json(args.out / (name + ".json.gz"), golden(name, texts, temporary))
    print(f"{len(real)} real and {len(texts) - len(real)} hostile texts, {len(VOCABULARIES)} vocabularies: {args.out}")


if __name__ == "__main__":
    main()
