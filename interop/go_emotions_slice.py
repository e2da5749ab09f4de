"""Writes the comments that the examples train on where the data of a notebook may not be shipped.

    python3 interop/go_emotions_slice.py --go-emotions FOLDER --output examples/src/main/resources/go-emotions

Of GoEmotions (CC BY 4.0): comments with exactly one emotion that is not neutral and not ambiguous, in the order of the
published files, at most so many of each emotion as below; line breaks and runs of blanks become one blank.
"""

import argparse
import csv
import gzip
import io
from collections import Counter
from pathlib import Path

LEFT_OUT = {"neutral", "confusion", "curiosity", "realization", "surprise"}
OF_TWEETS = {"anger", "joy", "optimism", "sadness"}
MOST = {"train": (900, 200), "validation": (90, 20), "test": (100, 40)}  # of those four, of each other one


def rows(folder, split):
    for name, opened in ((f"{split}.csv", open), (f"{split}.csv.gz", gzip.open)):
        if (folder / name).exists():
            with opened(folder / name, "rt", encoding="utf-8", newline="") as lines:
                yield from csv.DictReader(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--go-emotions", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    names = (args.go_emotions / "labels.txt").read_text(encoding="utf-8").split()
    args.output.mkdir(parents=True, exist_ok=True)
    for split, (of_four, of_others) in MOST.items():
        taken, seen = Counter(), set()
        text = io.StringIO(newline="")
        out = csv.writer(text, lineterminator="\n")
        out.writerow(["text", "emotion"])
        for row in rows(args.go_emotions, split):
            comment = " ".join(row["text"].split())
            if "," in row["labels"] or comment in seen:
                continue
            emotion = names[int(row["labels"])]
            most = of_four if emotion in OF_TWEETS else of_others
            if emotion in LEFT_OUT or taken[emotion] == most:
                continue
            seen.add(comment)
            taken[emotion] += 1
            out.writerow([comment, emotion])
        with open(args.output / f"{split}.csv.gz", "wb") as file:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                packed.write(text.getvalue().encode("utf-8"))
        print(split, sum(taken.values()), dict(taken))


main()
