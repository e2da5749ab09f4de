"""Writes Parquet files of rows with lists of labels, 0/1 columns and numbers, and what Python reads from them (expected.json).

    python interop/golden_parquet_targets.py parquet/src/test/resources/targets

pyarrow writes lists in three levels only. The other two forms have the same bytes but for the schema in the footer, so they are made by writing
another footer; pyarrow reads them back.
"""

import json
import shutil
import sys
from pathlib import Path

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, List, Value

NAMES = ["admiration", "joy", "neutral"]
WORDS = [["joy", "admiration"], [], None, ["neutral"], ["a b", "é"], ["joy"]]
NUMBERS = [[2, 0], [], None, [1], [0, 1, 2], [2]]


def many(count):
    """Lists of 0 to 6 numbers, some null, over several pages and groups of rows."""
    return [None if i % 11 == 3 else [(i * 7 + k * k) % 50 + 50 * k for k in range(i % 7)] for i in range(count)]


# What follows reads and writes Thrift's compact protocol, as far as a footer needs it: a struct is a list of (id, type, value).

def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def as_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def read_value(kind, data, at):
    if kind in (4, 5, 6):
        value, at = varint(data, at)
        return value >> 1 ^ -(value & 1), at
    if kind == 8:
        length, at = varint(data, at)
        return data[at : at + length], at + length
    if kind == 3:
        return data[at], at + 1
    if kind == 7:
        return data[at : at + 8], at + 8
    if kind in (9, 10):
        size, item = data[at] >> 4, data[at] & 15
        at += 1
        if size == 15:
            size, at = varint(data, at)
        values = []
        for _ in range(size):
            if item in (1, 2):
                value, at = data[at], at + 1
            else:
                value, at = read_value(item, data, at)
            values.append(value)
        return (item, values), at
    if kind == 12:
        fields, last = [], 0
        while data[at]:
            delta, field = data[at] >> 4, data[at] & 15
            at += 1
            if not delta:
                raw, at = varint(data, at)
                last = raw >> 1 ^ -(raw & 1)
            else:
                last += delta
            value = None
            if field not in (1, 2):
                value, at = read_value(field, data, at)
            fields.append((last, field, value))
        return fields, at + 1
    raise ValueError(f"type {kind}")


def written(kind, value):
    if kind in (4, 5, 6):
        return as_varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == 8:
        return as_varint(len(value)) + value
    if kind == 3:
        return bytes([value])
    if kind == 7:
        return value
    if kind in (9, 10):
        item, values = value
        head = bytes([len(values) << 4 | item]) if len(values) < 15 else bytes([0xF0 | item]) + as_varint(len(values))
        return head + b"".join(bytes([v]) if item in (1, 2) else written(item, v) for v in values)
    out, last = b"", 0
    for field, kind_of_field, inner in value:
        out += bytes([field - last << 4 | kind_of_field]) if 0 < field - last < 16 else bytes([kind_of_field]) + written(5, field)
        last = field
        out += b"" if kind_of_field in (1, 2) else written(kind_of_field, inner)
    return out + b"\0"


def field(struct, number):
    return next(value for id, _, value in struct if id == number)


def without(struct, number):
    return [entry for entry in struct if entry[0] != number]


def with_field(struct, number, kind, value):
    return sorted(without(struct, number) + [(number, kind, value)], key=lambda entry: entry[0])


def other_footer(source, target, column, path, schema):
    """Copies a file with other elements in the schema in place of those of a list column, and another path of its values."""
    data = source.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer, _ = read_value(12, data, len(data) - 8 - length)
    _, elements = field(footer, 2)
    names = [field(element, 4) for element in elements]
    at = names.index(column)
    footer = with_field(footer, 2, 9, (12, elements[:at] + schema(elements[at : at + 3]) + elements[at + 3 :]))
    groups = []
    for group in field(footer, 4)[1]:
        chunks = []
        for chunk in field(group, 1)[1]:
            meta = field(chunk, 3)
            if field(meta, 3)[1][0] == column:
                meta = with_field(meta, 3, 9, (8, path))
            chunks.append(with_field(chunk, 3, 12, meta))
        groups.append(with_field(group, 1, 9, (12, chunks)))
    footer = with_field(footer, 4, 9, (12, groups))
    body = written(12, footer)
    target.write_bytes(data[: len(data) - 8 - length] + body + len(body).to_bytes(4, "little") + b"PAR1")


def two_levels(elements):
    group, _, item = elements
    return [group, with_field(with_field(item, 3, 5, 2), 4, 8, b"array")]


def one_level(elements):
    group, _, item = elements
    return [with_field(with_field(item, 3, 5, 2), 4, 8, field(group, 4))]


def write(out):
    texts = [f"text {i}" for i in range(len(WORDS))]
    table = pa.table({
        "text": texts,
        "words": pa.array(WORDS, pa.list_(pa.string())),
        "large": pa.array(WORDS, pa.large_list(pa.large_string())),
        "numbers": pa.array(NUMBERS, pa.list_(pa.int8())),
        "scores": pa.array([[0.5, -1], [2, 3], None, [0, 0], [1e-3, 1e10], [7, 8]], pa.list_(pa.float64())),
        "hot": pa.array([[0, 1, 0], [1, 1, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 1, 1]], pa.list_(pa.int64())),
        "gaps": pa.array([["a", None]] * len(WORDS), pa.list_(pa.string())),
        "nested": pa.array([[["a"]]] * len(WORDS), pa.list_(pa.list_(pa.string()))),
        "structs": pa.array([[{"a": 1}]] * len(WORDS), pa.list_(pa.struct([("a", pa.int64()), ("b", pa.int64())]))),
        "toxic": pa.array([1, 0, None, 0, 1, 0], pa.int64()),
        "rude": [True, False, None, False, True, True],
        "threat": pa.array([0.0, 1.0, None, 0.0, 1.0, 0.0], pa.float32()),
        "score": [4.5, 3.0, None, -0.01, 1e-300, 2.0],
        "whole": pa.array([1, 2, 3, 4, 5, 6], pa.int32()),
        "bad": [1.0, float("nan"), float("inf"), 0.5, -1.0, 2.0],
    })
    pq.write_table(table, out / "lists.parquet")
    rows = 1_200
    lists = pa.array(many(rows), pa.list_(pa.field("element", pa.int64(), nullable=False)))
    plain = pa.table({"text": [f"text {i}" for i in range(rows)], "labels": lists})
    small = {"row_group_size": 500, "data_page_size": 700, "write_batch_size": 50}
    pq.write_table(plain, out / "three-levels.parquet", **small)
    pq.write_table(plain, out / "pages-v2.parquet", data_page_version="2.0", compression="zstd", **small)
    pq.write_table(plain, out / "delta.parquet", use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY", "labels.list.element": "DELTA_BINARY_PACKED"}, **small)
    other_footer(out / "three-levels.parquet", out / "two-levels.parquet", b"labels", [b"labels", b"array"], two_levels)
    filled = pa.array([[] if row is None else row for row in many(rows)], lists.type)
    schema = pa.schema([pa.field("text", pa.string()), pa.field("labels", lists.type, nullable=False)])
    pq.write_table(pa.table([plain["text"], filled], schema=schema), out / "source.parquet", store_schema=False, **small)
    other_footer(out / "source.parquet", out / "one-level.parquet", b"labels", [b"labels"], one_level)
    (out / "source.parquet").unlink()


def emotions(out):
    """In the layout of go_emotions: the names of the classes in the file's metadata, and once more in a card beside JSON Lines."""
    features = Features({"text": Value("string"), "labels": List(ClassLabel(names=NAMES))})
    rows = [[] if numbers is None else numbers for numbers in NUMBERS]
    data = Dataset.from_dict({"text": [f"text {i}" for i in range(len(rows))], "labels": rows}, features=features)
    (out / "emotions/data").mkdir(parents=True)
    data.to_parquet(out / "emotions/data/train-00000-of-00001.parquet")
    (out / "emotions/README.md").write_text("---\nlanguage:\n- en\n---\n\n# Made-up rows\n", encoding="utf-8")
    for name, key in (("card-sequence", "sequence"), ("card-list", "list")):
        names = "\n".join(f"          '{i}': {label}" for i, label in enumerate(NAMES))
        (out / name).mkdir()
        (out / name / "README.md").write_text(f"""---
dataset_info:
  features:
  - name: text
    dtype: string
  - name: labels
    {key}:
      class_label:
        names:
{names}
---
""", encoding="utf-8")
        lines = "".join(json.dumps({"text": f"text {i}", "labels": row}) + "\n" for i, row in enumerate(rows))
        (out / name / "train.jsonl").write_text(lines, encoding="utf-8")
    feature = data.features["labels"].feature
    return [[feature.int2str(n) for n in numbers] for numbers in data["labels"]]


def stars(out):
    """Names of classes that are numbers, and strings in the file: to Python these are the names and not numbers of classes."""
    names, single, several = ["1", "2", "3", "4", "5"], ["2", "4", "1", None, "1"], [["1", "2"], [], ["4"], ["3"], ["2"]]
    (out / "card-strings").mkdir()
    card = "---\ndataset_info:\n  features:\n  - name: text\n    dtype: string\n"
    for name, key in (("stars", "dtype"), ("list", "list")):
        card += f"  - name: {name}\n    {key}:\n      class_label:\n        names: {json.dumps(names)}\n"
    (out / "card-strings/README.md").write_text(card + "---\n", encoding="utf-8")
    table = pa.table({"text": list("abcde"), "stars": single, "list": several})
    pq.write_table(table, out / "card-strings/train.parquet", compression="none", write_statistics=False)
    features = Features({"text": Value("string"), "stars": ClassLabel(names=names), "list": List(ClassLabel(names=names))})
    read = Dataset(table).cast(features)
    assert [None if n is None else names[n] for n in read["stars"]] == single
    assert [[names[n] for n in row] for row in read["list"]] == several


def hostile(out):
    """A list of a million equal numbers in one row, and one of fifty million: a few kilobytes."""
    small = {"compression": "zstd", "compression_level": 19, "write_statistics": False}
    for name, count in (("long-list", 1_000_000), ("longest-list", 50_000_000)):
        items = pa.nulls(count, pa.int8()).fill_null(0)
        lists = pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), items)
        pq.write_table(pa.table({"text": ["a"], "labels": lists}), out / f"{name}.parquet", **small)


def miscounted(out):
    """Lists of two rows whose levels say that they are three or one."""
    lists = pa.array([["a", "b"], ["c"]], pa.list_(pa.field("element", pa.string(), nullable=False)))
    pq.write_table(pa.table({"text": ["x", "y"], "labels": lists}), out / "levels.parquet", use_dictionary=False, compression="none")
    data = (out / "levels.parquet").read_bytes()
    levels = b"\2\0\0\0\3\2"  # two bytes: one group of eight bits, which are 0 1 0
    assert data.count(levels) == 1
    for name, bits in (("three-rows", 0b000), ("one-row", 0b110)):
        (out / f"{name}.parquet").write_bytes(data.replace(levels, levels[:-1] + bytes([bits])))
    (out / "levels.parquet").unlink()


def expected(out):
    table = pandas.read_parquet(out / "lists.parquet")
    found = {}
    for column in ("words", "large", "numbers", "scores"):
        found[column] = [None if cell is None else cell.tolist() for cell in table[column]]
    found["many"] = pq.read_table(out / "three-levels.parquet")["labels"].to_pylist()
    for name in ("pages-v2", "delta", "two-levels"):
        assert pq.read_table(out / f"{name}.parquet")["labels"].to_pylist() == found["many"], name
    assert pq.read_table(out / "one-level.parquet")["labels"].to_pylist() == [[] if row is None else row for row in found["many"]]
    flags = ["toxic", "rude", "threat"]
    found["flags"] = [
        None if row.isna().all() else [flag for flag in flags if row[flag] == 1] for _, row in table[flags].iterrows()
    ]
    found["values"] = [None if pandas.isna(score) else score for score in table["score"]]
    return found


def main():
    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    write(out)
    hostile(out)
    miscounted(out)
    stars(out)
    names = emotions(out)
    text = json.dumps(expected(out) | {"emotions": names}, ensure_ascii=False, separators=(",", ":"))
    (out / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
