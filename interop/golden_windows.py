#!/usr/bin/env python3
"""Writes the golden file of windows over long texts: what Hugging Face's tokenizers divide them into.

    python interop/golden_windows.py OUT

OUT/windows.json.gz holds for some vocabularies and families a list of cases

    [side, [lines], [lines of the pair] or null, max_length, stride, [[ids, types] of each window]]

A text is some of golden/lines.json.gz with spaces between them. The windows are those of `Encoding.truncate` with its
`stride`, on the longer text of a pair; the other one keeps half of the room at most. `tokenizer(...,
return_overflowing_tokens=True)` would give the same, but since tokenizers 0.23 it looks no further than max_length tokens
into a text (0.23.2: 74 tokens become 2 windows of 14 where 7 are needed).
"""

import argparse
import random
import tempfile
from pathlib import Path

import golden_tokenization as script
import golden_tokenizer_families as families

CASES = 40
VOCABULARIES = ["bert-base-uncased", "roberta-base"]
FAMILIES = ["xlm-roberta", "deberta-v2", "deberta", "modernbert"]


def windows(backend, text, pair, max_length, stride, side):
    room = max_length - backend.num_special_tokens_to_add(pair is not None)
    first = backend.encode(text, add_special_tokens=False)
    if pair is None:
        first.truncate(room, stride=stride, direction=side)
        both = [(part, None) for part in [first, *first.overflowing]]
    else:
        second = backend.encode(pair, add_special_tokens=False)
        longer, shorter = (second, first) if len(second) > len(first) else (first, second)
        shorter.truncate(room // 2, direction=side)
        longer.truncate(room - len(shorter), stride=stride, direction=side)
        parts = [longer, *longer.overflowing]
        both = [(shorter, part) if longer is second else (part, shorter) for part in parts]
    result = []
    for a, b in both:
        whole = backend.post_process(a, b, add_special_tokens=True)
        result.append([whole.ids, whole.type_ids])
    return result


def cases(tokenizer, lines, seed):
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    rng = random.Random(seed)
    found = []
    for number in range(CASES):
        side = "left" if number % 4 == 3 else "right"
        first = [rng.randrange(len(lines)) for _ in range(rng.choice([1, 1, 2, 4, 9]))]
        second = [rng.randrange(len(lines)) for _ in range(rng.choice([1, 2, 5]))] if number % 3 == 2 else None
        max_length = rng.choice([9, 12, 16, 24, 40])
        least = max_length - backend.num_special_tokens_to_add(second is not None)
        least -= least // 2 if second else 0
        stride = rng.choice([0, 1, least // 2, least - 1])
        texts = [" ".join(lines[n] for n in chosen) if chosen else None for chosen in (first, second)]
        found.append([side, first, second, max_length, stride, windows(backend, *texts, max_length, stride, side)])
    return found


def main():
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    lines = script.read_json(script.RESOURCES / "golden/lines.json.gz")
    result = {}
    with tempfile.TemporaryDirectory() as temporary:
        for number, name in enumerate(VOCABULARIES):
            result[name] = cases(AutoTokenizer.from_pretrained(script.folder(name, temporary)), lines, number)
        for number, name in enumerate(FAMILIES):
            source = families.folder(name, families.committed(name), Path(temporary) / name)
            result[name] = cases(AutoTokenizer.from_pretrained(source), lines, 100 + number)
    script.write_json(out / "windows.json.gz", result)


if __name__ == "__main__":
    main()
