"""Writes Parquet files with every logical type, in every layout, and what Python reads from them (expected.json).

    python interop/golden_parquet_types.py parquet/src/test/resources/types

Types that pyarrow does not write (ENUM, BSON, INTERVAL) are made by other annotations in the footer.
"""

import datetime
import json
import shutil
import sys
import uuid
from decimal import Decimal
from pathlib import Path

import pandas
import pyarrow as pa
import pyarrow.parquet as pq

from golden_parquet_targets import field, read_value, with_field, without, written

DAY = 86_400
TEXTS = ["one", "two", "three", "four", "five"]
UTC = datetime.timezone.utc
SMALL = {"compression": "none", "write_statistics": False}


def annotated(path, column, converted, logical):
    """Gives a column of a file another annotation: numbers of ConvertedType and of the field in LogicalType, None for none."""
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer, _ = read_value(12, data, len(data) - 8 - length)
    elements = []
    for element in field(footer, 2)[1]:
        if field(element, 4) == column:
            for number in (6, 7, 8, 10):
                element = without(element, number)
            if converted is not None:
                element = with_field(element, 6, 5, converted)
            if logical is not None:
                element = with_field(element, 10, 12, [(logical, 12, [])])
        elements.append(element)
    body = written(12, with_field(footer, 2, 9, (12, elements)))
    path.write_bytes(data[: len(data) - 8 - length] + body + len(body).to_bytes(4, "little") + b"PAR1")


def decimals(out):
    """The same numbers in all four layouts, single and in lists."""
    prices = [Decimal("4.50"), Decimal("-0.01"), None, Decimal("0.00"), Decimal("1234567.00")]
    large = [Decimal("4.5000000000"), Decimal("-0.0000000001"), None, Decimal("0E-10"), Decimal("12345678.0000000000")]
    whole = [Decimal(3), Decimal(-1), None, Decimal(0), Decimal(999_999_999)]
    columns = {
        "text": TEXTS,
        "price": pa.array(prices, pa.decimal128(9, 2)),
        "large": pa.array(large, pa.decimal128(18, 10)),
        "whole": pa.array(whole, pa.decimal128(9, 0)),
        "wide": pa.array(prices, pa.decimal128(38, 2)),
        "list": pa.array([[whole[0], whole[1]], [], None, [whole[3]], [whole[4]]], pa.list_(pa.decimal128(9, 0))),
        "prices": pa.array([[prices[0], prices[1]], [prices[3]], None, [prices[3]], [prices[4]]], pa.list_(pa.decimal128(9, 2))),
    }
    table = pa.table(columns)
    pq.write_table(table, out / "decimals-as-bytes.parquet", **SMALL)
    pq.write_table(table, out / "decimals-as-integers.parquet", store_decimal_as_integer=True, **SMALL)
    # Bytes of any length, as Hive writes them: the fewest that hold the number.
    shortest = lambda number: None if number is None else (n := int(number.scaleb(2))).to_bytes(n.bit_length() // 8 + 1, "big", signed=True)
    path = out / "decimals-in-binary.parquet"
    pq.write_table(pa.table({"text": TEXTS, "price": pa.array([shortest(p) for p in prices], pa.binary())}), path, **SMALL)
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer, _ = read_value(12, data, len(data) - 8 - length)
    elements = [
        with_field(with_field(with_field(e, 6, 5, 5), 7, 5, 2), 8, 5, 9) if field(e, 4) == b"price" else e for e in field(footer, 2)[1]
    ]
    body = written(12, with_field(footer, 2, 9, (12, elements)))
    path.write_bytes(data[: len(data) - 8 - length] + body + len(body).to_bytes(4, "little") + b"PAR1")
    assert pq.read_table(path)["price"].to_pylist() == prices
    return table


def numbers(out):
    table = pa.table({
        "text": TEXTS,
        "words": ["1.0", "2.0", None, "0.0", "1.0"],
        "int8": pa.array([-128, 127, None, 0, 1], pa.int8()),
        "int16": pa.array([-32768, 32767, None, 0, 1], pa.int16()),
        "int32": pa.array([-(2**31), 2**31 - 1, None, 0, 1], pa.int32()),
        "int64": pa.array([-(2**63), 2**63 - 1, None, 0, 1], pa.int64()),
        "uint8": pa.array([0, 255, None, 128, 1], pa.uint8()),
        "uint16": pa.array([0, 65535, None, 32768, 1], pa.uint16()),
        "uint32": pa.array([0, 2**32 - 1, None, 3_000_000_000, 1], pa.uint32()),
        "uint64": pa.array([0, 2**64 - 1, None, 2**63, 1], pa.uint64()),
        "uint32s": pa.array([[3_000_000_000, 1], [], None, [0], [2]], pa.list_(pa.uint32())),
        "uint64s": pa.array([[2**64 - 1, 1], [], None, [0], [2]], pa.list_(pa.uint64())),
        "float16": pa.array([0.5, -65504.0, None, 2.0**-24, 1.0009765625], pa.float16()),
        "float16s": pa.array([[0.5, -2.0], [1.5, 0.25], None, [0.0, 2.0**-15], [3.0, 1.0]], pa.list_(pa.float16())),
        "float32": pa.array([0.5, 0.1, None, 1e-30, 1.0], pa.float32()),
    })
    pq.write_table(table, out / "numbers.parquet", **SMALL)
    pq.write_table(table, out / "numbers-plain.parquet", use_dictionary=False, **SMALL)
    return table


def moments(out):
    """Before and after 1970, with and without fractions; the largest that each unit of pandas has."""
    dates = [datetime.date(2024, 2, 29), datetime.date(1969, 12, 31), None, datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]
    seconds = [1_709_209_800, -1, None, -62_135_596_800, 253_402_300_799]
    near = [1_709_209_800, -1, None, -9_000_000_000, 9_000_000_000]
    millis = [None if s is None else s * 1000 + 7 for s in seconds]
    micros = [None if s is None else s * 10**6 + (500_000 if s > 0 else 0) for s in seconds]
    nanos = [None if s is None else s * 10**9 + (1 if s < 0 else 500_000_000) for s in near]
    times = [12 * 3600 + 1800, 0, None, DAY - 1, 61]
    of_day = lambda unit, part: [None if t is None else t * unit + part for t in times]
    table = pa.table({
        "text": TEXTS,
        "date": pa.array(dates, pa.date32()),
        "dates": pa.array([dates[:2], [], None, [dates[3]], [dates[4]]], pa.list_(pa.date32())),
        "time_s": pa.array(of_day(1, 0), pa.time32("s")),
        "time_ms": pa.array(of_day(1000, 20), pa.time32("ms")),
        "time_us": pa.array(of_day(10**6, 999_999), pa.time64("us")),
        "time_ns": pa.array(of_day(10**9, 1000), pa.time64("ns")),
        "ms": pa.array(millis, pa.timestamp("ms")),
        "us": pa.array(micros, pa.timestamp("us")),
        "ns": pa.array(nanos, pa.timestamp("ns")),
        "ms_utc": pa.array(millis, pa.timestamp("ms", "UTC")),
        "us_utc": pa.array(micros, pa.timestamp("us", "UTC")),
        "ns_utc": pa.array(nanos, pa.timestamp("ns", "UTC")),
        "us_list": pa.array([[micros[0], micros[1]], [], None, [micros[3]], [micros[4]]], pa.list_(pa.timestamp("us"))),
        "zone": pa.array([None if s is None else s * 10**6 for s in near], pa.timestamp("us", "Europe/Madrid")),
    })
    pq.write_table(table, out / "moments.parquet", **SMALL)
    old = pa.table({"text": TEXTS, "int96": pa.array(nanos, pa.timestamp("ns"))})
    pq.write_table(old, out / "int96.parquet", use_deprecated_int96_timestamps=True, **SMALL)
    # Written by nothing known: more than a day.
    late = pa.table({"text": TEXTS, "time": pa.array([0, DAY * 1000, 0, 0, 0], pa.int32())})
    pq.write_table(late, out / "late.parquet", **SMALL)
    annotated(out / "late.parquet", b"time", 7, None)
    return table, old


def texts(out):
    """Texts without an annotation, as Impala, Hive and older Spark write them; and with those that are texts, too."""
    words = ["hello", "¡qué alegría! — 嬉しい 😡", None, "", "a \ufffd stays"]
    raw = pa.array([None if w is None else w.encode() for w in words], pa.binary())
    ids = [uuid.UUID(int=i * 0x1234_5678_9ABC_DEF0_1234_5678_9ABC) for i in range(5)]
    table = pa.table({
        "text": pa.array([w.encode() for w in TEXTS], pa.binary()),
        "raw": raw,
        "enum": pa.array(words, pa.string()),
        "json": pa.array(['{"a": 1}', "[]", None, "0", '"é"'], pa.json_()),
        "uuid": pa.array([i.bytes for i in ids], pa.uuid()),
        "fixed": pa.array([b"es", b"en", None, b"\xc3\xa9", b"de"], pa.binary(2)),
        "raws": pa.array([[raw[0], raw[1]], [], None, [b"x"], [b"y"]], pa.list_(pa.binary())),
        "nothing": pa.nulls(5),
        "large": raw.cast(pa.large_binary()),
    })
    path = out / "texts.parquet"
    pq.write_table(table, path, store_schema=False, **SMALL)
    annotated(path, b"enum", 4, 4)
    pq.write_table(table, out / "texts-plain.parquet", store_schema=False, use_dictionary=False, **SMALL)
    others = pa.table({"text": TEXTS, "bson": pa.array([b"\5\0\0\0\0"] * 5), "interval": pa.array([bytes(12)] * 5, pa.binary(12))})
    pq.write_table(others, out / "others.parquet", store_schema=False, **SMALL)
    annotated(out / "others.parquet", b"bson", 20, 13)
    annotated(out / "others.parquet", b"interval", 21, None)
    latin = [w.encode("latin-1") for w in ("uno", "dos", "tres", "perdió", "cinco")]
    pq.write_table(pa.table({"text": TEXTS, "latin": pa.array(latin, pa.binary()), "list": pa.array([[w] for w in latin], pa.list_(pa.binary()))}), out / "latin.parquet", **SMALL)
    # The same bytes under an annotation that says they are UTF-8.
    pq.write_table(pa.table({"text": TEXTS, "latin": pa.array(latin, pa.binary())}), out / "false-utf8.parquet", store_schema=False, **SMALL)
    annotated(out / "false-utf8.parquet", b"latin", 0, 1)
    return table


def empty_pages(out):
    """Lists of which pyarrow writes a page without values between others."""
    lists = [None if i % 5 == 3 else [f"label {(i * 7 + k) % 11}" for k in range(i % 2)] for i in range(120)]
    table = pa.table({"text": [f"text {i}" for i in range(len(lists))], "labels": pa.array(lists, pa.list_(pa.string()))})
    pq.write_table(table, out / "empty-pages.parquet", data_page_size=50, write_batch_size=7, **SMALL)
    assert pq.read_table(out / "empty-pages.parquet")["labels"].to_pylist() == lists
    return lists


def shown(value):
    if isinstance(value, list):
        return [shown(v) for v in value]
    if isinstance(value, (pandas.Timestamp, datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return str(value) if isinstance(value, uuid.UUID) else value


def expected(table, **types):
    """Moments as pandas has them, which knows nanoseconds; 64-bit integers as text, since JSON's numbers are doubles to many."""
    found = {}
    for name in table.column_names:
        column = table[name]
        kind = column.type
        if pa.types.is_timestamp(kind):
            unit = None if kind.unit == "ns" else kind.unit
            values = [None if v.as_py() is None else (pandas.Timestamp(v.value, unit="ns", tz=kind.tz) if unit is None else v.as_py()) for v in column]
        else:
            values = column.to_pylist()
        values = [shown(v) for v in values]
        found[name] = [str(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in values]
    return found


def main():
    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    found = {"decimals": expected(decimals(out)), "numbers": expected(numbers(out)), "texts": expected(texts(out))}
    found["empty-pages"] = {"labels": empty_pages(out)}
    table, old = moments(out)
    found["moments"] = expected(table) | {"int96": expected(old)["int96"]}
    for name, file in (("decimals", "decimals-as-bytes"), ("decimals", "decimals-as-integers"), ("numbers", "numbers"), ("moments", "moments")):
        assert expected(pq.read_table(out / f"{file}.parquet")) == {k: v for k, v in found[name].items() if k != "int96"}, file
    assert expected(pq.read_table(out / "int96.parquet"))["int96"] == found["moments"]["int96"]
    # pandas gives the moments of its column of the zone in that zone.
    pandas.testing.assert_series_equal(pandas.read_parquet(out / "moments.parquet")["zone"], table["zone"].to_pandas(), check_names=False)
    (out / "expected.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
