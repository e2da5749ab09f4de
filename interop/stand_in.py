"""Writes the texts that the benchmarks use where tweeteval_emotion and imdb, which may not be shipped, are not at hand.

    interop/.venv/bin/python interop/stand_in.py --go-emotions FOLDER --tweeteval-emotion FOLDER --imdb FOLDER \
        --output benchmarks/src/main/resources/stand-in

For each row of the original there is one with the same label and the same number of MiniLM's tokens, made of comments
of GoEmotions (CC BY 4.0) that have this one label: one comment, or several joined by a blank. Only lengths and labels
of the originals are used, in random order.
"""

import argparse
import csv
import gzip
import io
import random
from collections import defaultdict
from pathlib import Path

from minilm import find
from tokenizers import Tokenizer

EMOTIONS = {"anger": "0", "joy": "1", "optimism": "2", "sadness": "3"}
SENTIMENTS = {"anger": "0", "sadness": "0", "joy": "1", "optimism": "1"}
SPECIAL = 2
TWEET_TOKENS, REVIEW_TOKENS = 60, 256
REVIEWS = 64


def rows(file):
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


class Comments:
    """The comments of one label by their length, the least used ones first."""

    TRIES = 200

    def __init__(self, count, generator):
        self.count = count
        self.generator = generator
        self.by_length = defaultdict(list)

    def add(self, text):
        self.by_length[self.count(text)].append((0, self.generator.random(), text))

    def text(self, tokens):
        """A text of exactly so many tokens."""
        for _ in range(self.TRIES):
            parts, left = [], tokens
            while left > 0 and (length := self.length(left)):
                parts.append(length)
                left -= length
            if left == 0:
                return " ".join(self.take(length) for length in parts)
        return self.beginning(tokens)

    def beginning(self, tokens):
        """The first words of a comment, for a length that the whole ones do not add up to."""
        longer = [text for length in self.by_length if length > tokens for _, _, text in self.by_length[length]]
        self.generator.shuffle(longer)
        for text in longer:
            words = text.split(" ")
            for end in range(1, len(words)):
                if self.count(" ".join(words[:end])) == tokens:
                    return " ".join(words[:end])
        raise ValueError(f"no text of {tokens} tokens")

    def length(self, left):
        """That of the next comment: what is left where there is such a comment, more or less often; else a shorter one."""
        if left in self.by_length and self.generator.random() < 0.7:
            return left
        shorter = [length for length in self.by_length if length < left]
        weights = [len(self.by_length[length]) for length in shorter]
        return self.generator.choices(shorter, weights)[0] if shorter else 0

    def take(self, length):
        comments = self.by_length[length]
        i = comments.index(min(comments))
        used, _, text = comments[i]
        comments[i] = (used + 1, self.generator.random(), text)
        return text


def pools(comments, labels, count, share, generator):
    """Comments by the label that they get, for the rows to train on and for those to test."""
    train, test = defaultdict(lambda: Comments(count, generator)), defaultdict(lambda: Comments(count, generator))
    for text, label in comments:
        if label in labels:
            (train if generator.random() < share else test)[labels[label]].add(text)
    return train, test


def write(file, texts):
    plain = io.StringIO(newline="")
    writer = csv.writer(plain, lineterminator="\n")
    writer.writerow(["text", "label"])
    writer.writerows(texts)
    with open(file, "wb") as out, gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        packed.write(plain.getvalue().encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("go-emotions", "tweeteval-emotion", "imdb", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--checkpoint", help="jar or folder with MiniLM's tokenizer (default: Maven's local repository)")
    options = parser.parse_args()
    generator = random.Random(42)
    tokenizer = Tokenizer.from_str(find(options.checkpoint)[1].decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(text):
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    names = (options.go_emotions / "labels.txt").read_text().split()
    comments = [
        (" ".join(row["text"].split()), names[int(row["labels"])])
        for file in ("train.csv.gz", "validation.csv", "test.csv")
        for row in rows(options.go_emotions / file)
        if "," not in row["labels"]
    ]
    comments = sorted({text: label for text, label in comments if count(text)}.items())

    train, test = pools(comments, EMOTIONS, count, 0.7, generator)
    for split, pool in (("train", train), ("test", test)):
        wanted = [
            (min(count(row["text"]) + SPECIAL, TWEET_TOKENS), row["label"])
            for row in rows(options.tweeteval_emotion / f"{split}.csv")
        ]
        generator.shuffle(wanted)
        texts = [(pool[label].text(length - SPECIAL), label) for length, label in wanted]
        write(options.output / f"emotion-{split}.csv.gz", texts)
        print(split, len(texts), "texts, mean tokens", sum(length for length, _ in wanted) / len(wanted))

    reviews = list(rows(options.imdb / "train.csv.gz"))
    chosen = [reviews[i * len(reviews) // REVIEWS] for i in range(REVIEWS)]
    wanted = [(min(count(row["text"]) + SPECIAL, REVIEW_TOKENS), row["label"]) for row in chosen]
    generator.shuffle(wanted)
    pool, _ = pools(comments, SENTIMENTS, count, 1.0, generator)
    texts = [(pool[label].text(length - SPECIAL), label) for length, label in wanted]
    write(options.output / "imdb-train.csv.gz", texts)
    print("imdb", len(texts), "texts, mean tokens", sum(length for length, _ in wanted) / len(wanted))


if __name__ == "__main__":
    main()
