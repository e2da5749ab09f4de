"""Writes the Parquet files of the tests: made-up rows in the layouts of four data sets of the Hub, and every codec.

What Python's datasets reads from them stands in datasets/expected.json: interop/golden_parquet.py parquet/src/test/resources/golden
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Value, load_dataset

EMOTIONS = ["anger", "joy", "optimism", "sadness"]
TOPICS = ["World", "Sports", "Business", "Sci/Tech"]

TWEETS = [
    ("@user the bus left without me, again 😡", 0), ("what a morning, I could sing", 1), ("we will manage, as always", 2),
    ("the dog is gone and the house is so quiet", 3), ("stop calling me at night!!", 0), ("#friday at last 🎉", 1),
    ("tomorrow is another day", 2), ("I miss the old street\nand the old shop", 3), ("", 0), ("¡qué alegría! — 嬉しい", 1),
]
NEWS = [
    ("Talks on the river treaty go on, says the \"third\" speaker", 0), ("Home side wins the cup after extra time", 1),
    ("Shop chain sells half of its stores", 2), ("A probe sends the first picture of a small moon", 3),
]
FILMS = [("A slow start, then a wonder.<br /><br />See it.", 1), ("I left after an hour.", 0), ("Two stars for the score.", 0), ("Warm and odd.", 1)]
REVIEWS = [
    ("La cafetera dejó de funcionar", "Mala compra", 1), ("Cumple, sin más", "Normal", 3), ("Muy buena, la recomiendo", "Perfecta", 5),
    ("Llegó tarde y rota", "Decepción", 1), ("Bien por el precio", "Correcta", 4), ("No está mal", "Ni fu ni fa", 2),
]


def labelled(rows, names, dtype="string"):
    features = Features({"text": Value(dtype), "label": ClassLabel(names=names)})
    return Dataset.from_dict({"text": [t for t, _ in rows], "label": [l for _, l in rows]}, features=features)


def store(data, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    data.to_parquet(path)


def card(path, front_matter):
    path.mkdir(parents=True, exist_ok=True)
    (path / "README.md").write_text(f"---\n{front_matter.strip()}\n---\n\n# Made-up rows in the layout of a data set of the Hub\n", encoding="utf-8")


def class_names(names):
    return "\n".join(f"          '{i}': {name}" for i, name in enumerate(names))


def tweet_eval(root):
    card(root, f"""
language:
- en
task_categories:
- text-classification
pretty_name: Made up
dataset_info:
- config_name: emotion
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
{class_names(EMOTIONS)}
- config_name: irony
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': non_irony
          '1': irony
configs:
- config_name: emotion
  data_files:
  - split: train
    path: emotion/train-*
  - split: test
    path: emotion/test-*
  - split: validation
    path: emotion/validation-*
- config_name: irony
  data_files:
  - split: train
    path: irony/train-*
""")
    store(labelled(TWEETS[:6], EMOTIONS), root / "emotion/train-00000-of-00001.parquet")
    store(labelled(TWEETS[6:8], EMOTIONS), root / "emotion/validation-00000-of-00001.parquet")
    store(labelled(TWEETS[8:], EMOTIONS), root / "emotion/test-00000-of-00001.parquet")
    store(labelled([(t, l % 2) for t, l in TWEETS[:4]], ["non_irony", "irony"]), root / "irony/train-00000-of-00001.parquet")


def ag_news(root):
    # No configs and no features in the card: names of files and the metadata in the files decide.
    card(root, "language:\n- en\npretty_name: Made up")
    store(labelled(NEWS * 3, TOPICS), root / "data/train-00000-of-00002.parquet")
    store(labelled(NEWS[::-1], TOPICS), root / "data/train-00001-of-00002.parquet")
    store(labelled(NEWS[:2], TOPICS), root / "data/test-00000-of-00001.parquet")


def imdb(root):
    card(root, f"""
language: [en]
dataset_info:
  config_name: plain_text
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
{class_names(['neg', 'pos'])}
configs:
- config_name: plain_text
  default: true
  data_files:
  - split: train
    path: plain_text/train-*
  - split: test
    path: plain_text/test-*
  - split: unsupervised
    path: plain_text/unsupervised-*
""")
    store(labelled(FILMS, ["neg", "pos"]), root / "plain_text/train-00000-of-00001.parquet")
    store(labelled(FILMS[2:], ["neg", "pos"]), root / "plain_text/test-00000-of-00001.parquet")
    store(labelled([(t, -1) for t, _ in FILMS], ["neg", "pos"]), root / "plain_text/unsupervised-00000-of-00001.parquet")


def amazon_reviews_multi(root):
    """The main branch holds a program; what the Hub made of it is on refs/convert/parquet."""
    main, converted = root / "main", root / "converted"
    card(main, """
language:
- es
dataset_info:
- config_name: es
  features:
  - name: review_body
    dtype: string
  - name: stars
    dtype: int32
""")
    (main / "amazon_reviews_multi.py").write_text("raise SystemExit('a loading script is never executed')\n")
    for config, shift in (("all_languages", 0), ("es", 2)):
        for split, rows in (("train", REVIEWS[shift:]), ("validation", REVIEWS[:2]), ("test", REVIEWS[-2:])):
            data = Dataset.from_dict(
                {
                    "review_id": [f"{config}_{i:07}" for i in range(len(rows))],
                    "product_id": [f"product_es_{i:07}" for i in range(len(rows))],
                    "stars": [s for _, _, s in rows],
                    "review_body": [b for b, _, _ in rows],
                    "review_title": [t for _, t, _ in rows],
                    "language": ["es"] * len(rows),
                },
                features=Features({
                    "review_id": Value("string"), "product_id": Value("string"), "stars": Value("int32"),
                    "review_body": Value("string"), "review_title": Value("string"), "language": Value("string"),
                }),
            )
            store(data, converted / config / split / "0000.parquet")


def nulls(path, codec):
    """A column without any value, whose page of version 2 says that its zero bytes are compressed, as some writers do. pyarrow says the opposite."""
    table = pa.table({"text": ["one", "two"], "label": pa.array([None, None], pa.string())})
    pq.write_table(table, path, compression=codec, data_page_version="2.0", use_dictionary=False, write_statistics=False)
    column = pq.read_metadata(path).row_group(0).column(1)
    start, end = column.data_page_offset, column.data_page_offset + column.total_compressed_size
    content = path.read_bytes()
    header = content[start:end]
    no, yes = bytes.fromhex("1500121c"), bytes.fromhex("1500111c")  # no levels of lists, is_compressed, statistics
    assert header.count(no) == 1
    path.write_bytes(content[:start] + header.replace(no, yes) + content[end:])
    assert pq.read_table(path).equals(table)


def files(root):
    """Single files: codecs, encodings, types, several row groups, nulls, nested neighbours."""
    root.mkdir(parents=True, exist_ok=True)
    texts = [f"{text} ({i})" for i in range(60) for text, _ in TWEETS]
    labels = [EMOTIONS[label] for _ in range(60) for _, label in TWEETS]
    table = pa.table({"text": texts, "label": labels})
    for codec in ("none", "snappy", "gzip", "zstd", "lz4"):
        pq.write_table(table, root / f"{codec}.parquet", compression=codec, row_group_size=150)
    pq.write_table(table, root / "brotli.parquet", compression="brotli")
    pq.write_table(table, root / "v2.parquet", compression="snappy", data_page_version="2.0", data_page_size=500, version="2.6")
    pq.write_table(table, root / "plain.parquet", compression="snappy", use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY", "label": "PLAIN"})
    for codec in ("snappy", "gzip", "zstd", "lz4"):
        nulls(root / f"nulls-{codec}.parquet", codec)
    few = {
        "text": pa.array(["one", "two", "three"], pa.large_string()),
        "pair": ["eins", "zwei", "drei"],
        "bool": [True, False, None],
        "int": pa.array([2, None, 0], pa.int8()),
        "category": pa.array(["a", "b", "a"]).dictionary_encode(),
        "score": [0.5, 1.0, 2.0],
        "gap": ["x", None, "z"],
        "list": [["a", "b"], [], None],
        "struct": [{"a": 1}, {"a": 2}, None],
    }
    pq.write_table(pa.table(few), root / "types.parquet")
    pq.write_table(pa.table({"text": pa.array([], pa.string()), "label": pa.array([], pa.int64())}), root / "empty.parquet")
    store(labelled([("one", 7)], [f"class {i}" for i in range(8)]), root / "class-out-of-range.parquet")
    broken = pq.read_table(root / "class-out-of-range.parquet")
    schema = broken.schema.with_metadata({"huggingface": json.dumps({"info": {"features": {"label": {"names": ["a", "b"], "_type": "ClassLabel"}}}})})
    pq.write_table(broken.cast(schema), root / "class-out-of-range.parquet")


def rows(data, text="text", label="label"):
    feature = data.features[label]
    name = (lambda l: None if l == -1 else feature.int2str(l)) if isinstance(feature, ClassLabel) else str
    return [[t, name(l)] for t, l in zip(data[text], data[label])]


def expected(root, cache):
    found = {}
    for name, path, config in (
        ("tweet_eval emotion", "tweet_eval", "emotion"), ("tweet_eval irony", "tweet_eval", "irony"),
        ("ag_news", "ag_news", None), ("imdb", "imdb", None),
    ):
        splits = load_dataset(str(root / path), config, cache_dir=cache)
        found[name] = {split: rows(data) for split, data in splits.items()}
    splits = load_dataset("parquet", data_files={s: str(root / f"amazon_reviews_multi/converted/es/{s}/0000.parquet") for s in ("train", "validation", "test")}, cache_dir=cache)
    found["amazon_reviews_multi es"] = {split: rows(data, "review_body", "stars") for split, data in splits.items()}
    return found


def hostile(out):
    """Small files that unpack to far more than a small heap holds, and one that nests its types thousands deep."""
    out.mkdir(parents=True)
    one_label = pa.array(["x"])

    def write(name, text, label=None, **options):
        label = label if label is not None else pa.DictionaryArray.from_arrays(pa.array([0] * len(text), pa.int8()), one_label)
        options = {"compression": "zstd", "compression_level": 19, "write_statistics": False, **options}
        pq.write_table(pa.table({"text": text, "label": label}), out / f"{name}.parquet", **options)

    write("one-text", pa.array(["a" * 400_000_000]), use_dictionary=False)
    write("page-of-zeros", pa.array(["a" * 100_000] * 4_000), use_dictionary=False, data_page_size=1 << 30)
    # One megabyte that 2,000 rows have: two gigabytes if each row had its own.
    write("shared", pa.array(["b" * 1_000_000] * 2_000).dictionary_encode(), dictionary_pagesize_limit=1 << 30)
    # Each text is the one before and a character more: 1.2 GB.
    write("prefixes", pa.array(["c" * i for i in range(50_000)]), use_dictionary=["label"], column_encoding={"text": "DELTA_BYTE_ARRAY"})
    rows = 20_000_000
    many = pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int8()).fill_null(0), one_label)
    write("rows", many, many, row_group_size=rows)
    deep = pa.string()
    for _ in range(3_000):
        deep = pa.struct([("a", deep)])
    pq.write_table(pa.table({"text": ["a"], "label": ["x"], "deep": pa.nulls(1, deep)}), out / "deep.parquet", write_statistics=False, store_schema=False)


def main():
    out = Path(sys.argv[1])
    datasets = out / "datasets"
    for folder in (datasets, out / "files", out / "hostile"):
        shutil.rmtree(folder, ignore_errors=True)
    for make in (tweet_eval, ag_news, imdb, amazon_reviews_multi):
        make(datasets / make.__name__)
    files(out / "files")
    hostile(out / "hostile")
    with tempfile.TemporaryDirectory() as cache:
        text = json.dumps(expected(datasets, cache), ensure_ascii=False, indent=1)
    (datasets / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
