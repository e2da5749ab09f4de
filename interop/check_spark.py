"""PySpark fine-tunes, scores, saves and loads through the JVM classes of afina-spark, by the lines of docs/spark.md.

Ends with exit code 3, "not run", where PySpark 4 is not installed: it is no part of requirements.txt, for its size.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import pyspark
except ImportError:
    print("NOT RUN: PySpark is not installed for this Python; pip install pyspark==4.0.1 (450 MB) and try again")
    sys.exit(3)
if int(pyspark.__version__.split(".")[0]) < 4:
    print(f"NOT RUN: PySpark {pyspark.__version__} is for Scala 2.12, afina-spark for 2.13; pip install pyspark==4.0.1 and try again")
    sys.exit(3)

from pyspark.sql import DataFrame, SparkSession

CLASS_PATH = Path("spark/target/test-classpath.txt")
CLASSES = Path("spark/target/classes/dev/afina/spark/AfinaClassifier.class")
TINY = "classpath:dev/afina/testing/tiny-classifier/"
SORTS = {"where is my {} card?": "card_arrival", "I want to change the {} PIN": "change_pin", "the {} card was stolen": "lost_or_stolen_card"}
WORDS = ["new", "old", "blue", "other", "second", "first", "long", "lost", "green", "last", "good", "bad"]


def build():
    sources = [f for module in ("spark", "core", "testing") for f in Path(module, "src/main").rglob("*.java")]
    if CLASS_PATH.is_file() and CLASSES.is_file() and CLASS_PATH.stat().st_mtime >= max(f.stat().st_mtime for f in sources):
        return
    command = ["./mvnw", "-q", "-DskipTests", "-pl", "spark", "-am", "package"]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        sys.exit(f"{run.stdout[-4000:]}\n{' '.join(command)}: exit code {run.returncode}")


def artifact(jar):
    return re.sub(r"-\d.*", "", Path(jar).name)


def class_path():
    """What the module needs, but for what PySpark brings itself."""
    brought = {artifact(jar) for jar in Path(pyspark.__file__).parent.glob("jars/*.jar")}
    all_of_tests = CLASS_PATH.read_text(encoding="utf-8").strip().split(os.pathsep)
    needed = [entry for entry in all_of_tests if artifact(entry) not in brought]
    return os.pathsep.join([str(Path("spark/target/classes").resolve()), *needed])


def main():
    build()
    spark = (
        SparkSession.builder.master("local[2]")
        .appName("afina")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.extraClassPath", class_path())
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    afina = spark._jvm.dev.afina.spark
    rows = spark.createDataFrame([(text.format(word), label) for word in WORDS for text, label in SORTS.items()], ["text", "label"])
    with tempfile.TemporaryDirectory() as work:
        model = (
            afina.AfinaClassifier()
            .setCheckpoint(TINY)
            .setOutputFolder(work + "/models")
            .setHead("replace")
            .setNumWorkers(2)
            .setBatchSize(8)
            .setMaxSteps(50)
            .setLearningRate(2e-3)
            .fit(rows._jdf)
        )
        scored = DataFrame(model.transform(rows._jdf), spark)
        before = {row["text"]: (row["predictedLabel"], list(row["probability"])) for row in scored.collect()}
        right = sum(row["label"] == before[row["text"]][0] for row in rows.collect())
        model.write().overwrite().save(work + "/saved")
        loaded = afina.AfinaClassifierModel.load(work + "/saved")
        after = {row["text"]: (row["predictedLabel"], list(row["probability"])) for row in DataFrame(loaded.transform(rows._jdf), spark).collect()}
    names = list(model.labels())
    spark.stop()
    if right < 30:
        sys.exit(f"{right} of {len(before)} training texts have their label, expected 30")
    if before != after:
        sys.exit("what was saved and loaded scores otherwise")
    if sorted(names) != sorted(SORTS.values()) or any(abs(sum(p) - 1) > 1e-5 for _, p in before.values()):
        sys.exit(f"labels {names}, probabilities {list(before.values())[:3]}")
    print(f"PySpark {pyspark.__version__}: {right} of {len(before)} texts as they were labelled, the same after saving and loading")


main()
