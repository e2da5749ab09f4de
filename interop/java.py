"""Runs the Java command line of the examples; builds it first where it is missing or older than its sources."""

import json
import subprocess
import sys
from pathlib import Path

JAR = Path("examples/target/afina-examples.jar")
# A run takes seconds: to compile its code well, or collect garbage on all cores, costs more than it saves.
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]


def build():
    if JAR.is_file() and JAR.stat().st_mtime >= max(f.stat().st_mtime for f in sources()):
        return
    run = subprocess.run(["./mvnw", "-q", "-DskipTests", "package"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0 or not JAR.is_file():
        sys.exit(f"{run.stdout[-4000:]}\n./mvnw -q -DskipTests package: exit code {run.returncode}, {JAR} {'is' if JAR.is_file() else 'is not'} there")
    JAR.touch()  # Maven leaves an unchanged jar as old as it was


def sources():
    yield Path("pom.xml")
    for module in Path(".").glob("*/pom.xml"):
        yield module
        yield from (f for f in (module.parent / "src" / "main").rglob("*") if f.is_file())


def java(*arguments, lines=None):
    """Runs the program with the lines as its standard input; the JSON object of its last line."""
    command = [*JAVA, "-jar", str(JAR), *map(str, arguments)]
    text = None if lines is None else "".join(line + "\n" for line in lines)
    run = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=1200)
    if run.returncode != 0:
        sys.exit(f"{run.stdout[-2000:]}\n{run.stderr[-4000:]}\n{' '.join(command)}\nended with exit code {run.returncode}")
    last = (run.stdout.strip().splitlines() or [""])[-1]
    try:
        return json.loads(last)
    except ValueError:
        sys.exit(f"{' '.join(command)}\nthe last line is not a JSON object: {last[:500]!r}\n{run.stderr[-2000:]}")


def predict(folder, lines):
    """What Java predicts for the lines: a list of {"label", "score", "scores": {label: score}, "logits": [...]}."""
    predictions = java("predict", "--model", folder, "--json", lines=lines)["predictions"]
    if len(predictions) != len(lines):
        sys.exit(f"predict --model {folder}: {len(lines)} lines, {len(predictions)} predictions")
    return predictions
