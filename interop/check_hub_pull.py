"""Java and Python share one cache of Hub models: what one has downloaded the other uses, with no second download."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import java as program
from java import predict

MODEL = Path("core/src/test/resources/golden/models/bert/model").resolve()
NAMES = sorted(f.name for f in MODEL.iterdir()) + [".gitattributes", "deep/er/note.txt"]
CLASSES = [Path("hub-testing/target/classes"), Path("hub-testing/target/test-classes")]
done = []


def build_check():
    program.build()
    sources = [f for kind in ("main", "test") for f in Path("hub-testing/src", kind).rglob("*.java")]
    built = CLASSES[1] / "dev/afina/hub/PullCheck.class"
    if not built.is_file() or built.stat().st_mtime < max(f.stat().st_mtime for f in sources):
        command = ["./mvnw", "-q", "-DskipTests", "-pl", "hub-testing", "-am", "package"]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            sys.exit(f"{run.stdout[-4000:]}\n{' '.join(command)}: exit code {run.returncode}")
        for file in CLASSES[1].rglob("*.class"):
            file.touch()  # Maven leaves an unchanged class as old as it was


def java_command(*arguments):
    classpath = os.pathsep.join(map(str, [*CLASSES, program.JAR]))
    return ["java", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", classpath, "dev.afina.hub.PullCheck", *arguments]


class Server:
    def __init__(self):
        self.process = subprocess.Popen(java_command("serve", str(MODEL)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint.startswith("http"):
            sys.exit(f"the local Hub did not start: {self.endpoint!r}")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def requests(self):
        """The requests since the last call, as "METHOD /path"; without Python's question about who calls it."""
        asked = [f"{r['method']} {r['path']}" for r in json.loads(self.ask("requests"))]
        return [r for r in asked if r != "GET /api/agent-harnesses"]

    def contents(self):
        """How many files were downloaded since the last call; HEAD requests and listings are none."""
        return [r for r in self.requests() if r.startswith("GET") and "/api/" not in r]


def environment(home, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING", "TRANSFORMERS_"))}
    env = {k: v for k, v in env.items() if k.lower() not in ("http_proxy", "https_proxy", "all_proxy")}
    env.update(HF_ENDPOINT=server.endpoint, HF_HOME=str(home), HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1")
    env.update(HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_SYMLINKS_WARNING="1", HF_HUB_OFFLINE="0")
    env.update(more)
    return env


def finish(process, what):
    out, err = process.communicate(timeout=120)
    if process.returncode != 0:
        sys.exit(f"{what}: exit code {process.returncode}\n{out[-2000:]}\n{err[-4000:]}")
    return (out.strip().splitlines() or [""])[-1]


def start(command, env):
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def java(home, *arguments, **more):
    return finish(start(java_command(*arguments), environment(home, **more)), f"Java {arguments}")


def python(home, code, **more):
    code = "from huggingface_hub import *\nimport os\n" + code
    return finish(start([sys.executable, "-c", code], environment(home, **more)), f"Python\n{code}\n")


def python_snapshot(home, revision="main", **more):
    return python(home, f"print(snapshot_download('tester/tiny', revision={revision!r}))", **more)


def python_files(home, names):
    """The path of the last one."""
    return python(home, f"for name in {names!r}: print(hf_hub_download('tester/tiny', name))")


def require(condition, message):
    if not condition:
        sys.exit(message)


def require_whole(folder):
    for name in NAMES:
        file = Path(folder, name)
        require(file.is_file(), f"{file} is missing")
        if (MODEL / name).is_file():
            require(file.read_bytes() == (MODEL / name).read_bytes(), f"{file} has another content")


def require_clean(home):
    """No temporary files, and Python's own check of the cache finds nothing odd."""
    odd = [str(f) for f in Path(home, "hub").rglob("*") if f.name.endswith((".incomplete", ".tmp"))]
    require(not odd, f"left behind: {odd}")
    warnings = python(home, "print([str(w) for w in scan_cache_dir().warnings])")
    require(warnings == "[]", f"scan_cache_dir: {warnings}")


def check(name):
    def run(function):
        with tempfile.TemporaryDirectory() as home:
            server.requests()
            function(home)
            require_clean(home)
        done.append(name)
        print("holds:", name)

    return run


build_check()
server = Server()


@check("Java then Python, whole snapshot")
def java_then_python(home):
    folder = java(home, "snapshot", "tester/tiny")
    require_whole(folder)
    require(len(server.contents()) >= len(NAMES), "Java downloaded nothing?")
    require(python_snapshot(home) == folder, "Python looks elsewhere")
    asked = server.requests()
    require(asked == ["GET /api/models/tester/tiny/revision/main"], f"Python asked for {asked}")
    require(python_snapshot(home, HF_HUB_OFFLINE="1") == folder, "Python offline looks elsewhere")
    python_files(home, NAMES)
    require(all(r.startswith("HEAD") for r in server.requests()), "Python downloaded a file again")


@check("Python then Java, whole snapshot")
def python_then_java(home):
    folder = python_snapshot(home)
    require_whole(folder)
    require(len(server.contents()) >= len(NAMES), "Python downloaded nothing?")
    require(java(home, "snapshot", "tester/tiny") == folder, "Java looks elsewhere")
    asked = server.requests()
    require(asked == ["GET /api/models/tester/tiny/revision/main"], f"Java asked for {asked}")
    java(home, "files", "tester/tiny", *NAMES)
    require(all(r.startswith("HEAD") for r in server.requests()), "Java downloaded a file again")
    commit = Path(folder).name
    java(home, "snapshot", f"tester/tiny@{commit}")
    java(home, "files", f"tester/tiny@{commit}", "config.json")
    require(server.requests() == [], "Java asked for a commit that is in the cache")


@check("Python's single files, then a Java snapshot of them")
def python_files_then_java(home):
    python_files(home, ["config.json", "model.safetensors", "deep/er/note.txt"])
    server.requests()
    folder = java(home, "snapshot", "tester/tiny", "config.json", "*.safetensors", "deep/")
    require(server.contents() == [], "Java downloaded a file again")
    require(Path(folder, "deep/er/note.txt").read_text() == "a file in folders", "a nested file is wrong")


@check("Java's single files, then Python's")
def java_files_then_python(home):
    names = ["config.json", "model.safetensors", "deep/er/note.txt"]
    last = java(home, "files", "tester/tiny", *names)
    server.requests()
    require(python_files(home, names) == last, "Python looks elsewhere")
    require(Path(last).is_symlink() and Path(last).is_file(), f"{last} is no link to a file")
    require(server.contents() == [], "Python downloaded a file again")


@check("tags and pull requests, both orders")
def revisions(home):
    for revision in ("v1", "refs/pr/1"):
        folder = java(home, "snapshot", f"tester/tiny@{revision}")
        server.requests()
        require(python_snapshot(home, revision) == folder, f"{revision}: Python looks elsewhere")
        require(server.contents() == [], f"{revision}: Python downloaded a file again")
        require(python_snapshot(home, revision, HF_HUB_OFFLINE="1") == folder, f"{revision}: not found offline")
    with tempfile.TemporaryDirectory() as other:
        folder = python_snapshot(other, "refs/pr/1")
        server.requests()
        require(java(other, "snapshot", "tester/tiny@refs/pr/1") == folder, "Java looks elsewhere")
        require(server.contents() == [], "Java downloaded a file again")
        require(java(other, "snapshot", "tester/tiny@refs/pr/1", HF_HUB_OFFLINE="1") == folder, "not found offline")


@check("files without links, both orders")
def without_links(home):
    folder = python_snapshot(home, HF_HUB_DISABLE_SYMLINKS="1")
    server.requests()
    require(java(home, "snapshot", "tester/tiny") == folder, "Java looks elsewhere")
    require(server.contents() == [], "Java downloaded a file again")
    with tempfile.TemporaryDirectory() as other:
        folder = java(other, "snapshot", "tester/tiny", HF_HUB_DISABLE_SYMLINKS="1")
        require(not Path(folder, "config.json").is_symlink(), "there is a link")
        require_whole(folder)
        server.requests()
        require(python_snapshot(other) == folder, "Python looks elsewhere")
        require(python_snapshot(other, HF_HUB_DISABLE_SYMLINKS="1") == folder, "Python looks elsewhere")
        require(server.contents() == [], "Python downloaded a file again")
        require_clean(other)


@check("absent files are known to both")
def absent(home):
    java(home, "files", "tester/tiny", "config.json")
    command = java_command("files", "tester/tiny", "none.json")
    run = subprocess.run(command, env=environment(home), capture_output=True, text=True)
    require("ENTRY" in run.stderr or "has no such file" in run.stderr, run.stderr[-2000:])
    known = python(home, "print(try_to_load_from_cache('tester/tiny', 'none.json') is _CACHED_NO_EXIST)")
    require(known == "True", "Python does not know that the file is absent")


@check("transformers loads offline what Java pulled")
def transformers_offline(home):
    java(home, "snapshot", "tester/tiny", "*.json", "*.safetensors", "*.txt")
    code = """
from transformers import pipeline
print(pipeline("text-classification", model="tester/tiny", device="cpu")("what a happy day")[0]["label"])
"""
    label = python(home, code, HF_HUB_OFFLINE="1")
    expected = python(home, code.replace("tester/tiny", str(MODEL)), HF_HUB_OFFLINE="1")
    require(label and label == expected, f"{label!r}, expected {expected!r}")


@check("two Java processes and a Python one at once")
def at_once(home):
    server.ask("slow 40000")
    snapshot = "from huggingface_hub import snapshot_download; print(snapshot_download('tester/tiny'))"
    running = [
        (start(java_command("snapshot", "tester/tiny"), environment(home)), "Java"),
        (start([sys.executable, "-c", snapshot], environment(home)), "Python"),
        (start(java_command("snapshot", "tester/tiny"), environment(home)), "Java"),
    ]
    folders = {finish(process, what) for process, what in running}
    server.ask("fast")
    require(len(folders) == 1, f"different folders: {folders}")
    require_whole(folders.pop())
    server.requests()
    python_snapshot(home)
    java(home, "snapshot", "tester/tiny")
    require(server.contents() == [], "something was downloaded again")


@check("Java predicts by the model's name on the Hub")
def predicts(home):
    lines = ["what a happy day", "I hate the noise"]
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(environment(home))
        by_name = predict("tester/tiny", lines)
    finally:
        os.environ.clear()
        os.environ.update(before)
    require(len(server.contents()) >= 3, "Java downloaded nothing?")
    require(by_name == predict(MODEL, lines), "other predictions than from the folder")
    require(python(home, "print(hf_hub_download('tester/tiny', 'model.safetensors'))"), "no file")
    require(server.contents() == [], "Python downloaded a file again")


@check("main moves, both see it")
def main_moves(home):
    first = java(home, "snapshot", "tester/tiny")
    server.ask('put config.json {"model_type": "bert", "moved": true}')
    server.requests()
    second = python_snapshot(home)
    require(first != second, "Python did not see the new commit")
    downloaded = [r for r in server.contents() if "/resolve/" in r]
    require(len(downloaded) == 1, f"one file changed, Python downloaded {downloaded}")
    require(java(home, "snapshot", "tester/tiny") == second, "Java did not see the new commit")
    require(server.contents() == [], "Java downloaded a file again")


server.process.stdin.close()
server.process.wait(20)
print(f"{len(done)} checks of the shared cache hold")
