"""Python and Java pull, cache and push the same models through a local Hub that Python's own client takes for the real one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Read by huggingface_hub when it is imported; the local Hub is started before.
os.environ.pop("HF_HUB_OFFLINE", None)
for name in [name for name in os.environ if name.lower() in ("http_proxy", "https_proxy", "all_proxy")]:
    del os.environ[name]
os.environ["HF_HUB_DISABLE_XET"] = os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

from java import JAR, JAVA, build  # noqa: E402

MODEL = Path("core/src/test/resources/golden/models/bert/model")
TOLERANCE = 1e-5
CLASSES = [Path("hub-testing/target/classes"), Path("hub-testing/target/test-classes")]
LINES = ["where is my card?", "The top-up failed, again!", "été 漢字 ok", "card card card"]
CARD = "---\nlicense: apache-2.0\nlibrary_name: transformers\ntags:\n- text-classification\n---\n# Tiny\n"


def expect(condition, message):
    if not condition:
        sys.exit(message)


def build_programs():
    build()
    sources = [f for kind in ("main", "test") for f in Path("hub-testing/src", kind).rglob("*.java")]
    program = CLASSES[1] / "dev/afina/hub/HubProgram.class"
    if not program.is_file() or program.stat().st_mtime < max(f.stat().st_mtime for f in sources):
        command = ["./mvnw", "-q", "-DskipTests", "-pl", "hub-testing", "-am", "package"]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        expect(run.returncode == 0, f"{run.stdout[-4000:]}\n{' '.join(command)}: exit code {run.returncode}")
        for file in CLASSES[1].rglob("*.class"):
            file.touch()  # Maven leaves an unchanged class as old as it was


def program(main, *arguments):
    return [*JAVA, "-cp", os.pathsep.join(map(str, [*CLASSES, JAR])), main, *map(str, arguments)]


class LocalHub:
    """The server in a process of its own; ends with this one."""

    def __init__(self, *arguments):
        command = program("dev.afina.hub.testing.LocalHubMain", *arguments)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.__dict__.update(self.answer())

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.answer()

    def requests(self):
        """The requests since the last call; none may have brought the token to the storage."""
        requests = self.ask("requests")
        leaks = [r for r in requests if r["host"] == "STORAGE" and r["authorized"]]
        expect(not leaks, f"the token went to the storage: {leaks}")
        return requests

    def downloads(self):
        return [r["path"] for r in self.requests() if r["method"] == "GET" and (r["host"] == "STORAGE" or "/resolve/" in r["path"])]

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def java(home, *arguments, fails=False, main="dev.afina.hub.HubProgram", command=None, lines=None, **environment):
    if command is None:
        command = [*JAVA, "-jar", str(JAR), *arguments] if main is None else program(main, *arguments)
    command = [str(part) for part in command]
    text = None if lines is None else "".join(line + "\n" for line in lines)
    env = {**os.environ, "HF_HOME": str(home), **environment}
    run = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=600, env=env)
    expect((run.returncode != 0) == fails, f"{run.stdout[-2000:]}\n{run.stderr[-4000:]}\n{' '.join(command)}: exit code {run.returncode}")
    expect(hub.token not in run.stdout + run.stderr, f"{' '.join(command)}: the token is in the output")
    return run.stdout.strip()


def predictions(home, model, **environment):
    return json.loads(java(home, "predict", "--model", model, "--json", main=None, lines=LINES, **environment))["predictions"]


def compare(name, expected, got):
    for line, a, b in zip(LINES, expected, got, strict=True):
        difference = max(abs(x - y) for x, y in zip(a, b, strict=True))
        expect(difference <= TOLERANCE, f"{name}: logits of {line!r} differ by {difference:.3g}: {a}, {b}")


def contents(folder):
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in Path(folder).rglob("*") if f.is_file()}


def logits(model, tokenizer):
    with torch.no_grad():
        return [model.eval()(**tokenizer(line, return_tensors="pt")).logits[0].tolist() for line in LINES]


def refuses(kind, action):
    try:
        action()
    except kind:
        return
    sys.exit(f"expected {kind.__name__}")


def check_server():
    """What huggingface_hub does with a Hub, besides what the other checks do."""
    expect(api.whoami()["name"] == "tester", "whoami")
    api.create_repo("acme/server", private=True)
    api.create_repo("acme/server", exist_ok=True)
    refuses(HfHubHTTPError, lambda: api.create_repo("acme/server"))
    folder = temporary / "server"
    (folder / "sub" / "deep").mkdir(parents=True)
    files = {"README.md": CARD, "config.json": "{}", "empty.txt": "", "sub/deep/x.txt": "x", "sub/été.txt": "y"}
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "model.safetensors").write_bytes(os.urandom(350_000))  # in parts
    (folder / "small.bin").write_bytes(os.urandom(1_000))  # in one piece
    first = api.upload_folder(repo_id="acme/server", folder_path=folder)
    expect(api.upload_folder(repo_id="acme/server", folder_path=folder).oid == first.oid, "an unchanged folder made a commit")
    snapshot = contents(snapshot_download("acme/server"))
    snapshot.pop(".gitattributes")
    expect(snapshot == contents(folder), f"snapshot_download: {sorted(snapshot)}")
    info = api.model_info("acme/server", files_metadata=True)
    expect(info.sha == first.oid and info.private, f"model_info: {info}")
    sizes = {s.rfilename: s.size for s in info.siblings if s.rfilename != ".gitattributes"}
    expect(sizes == {name: len(data) for name, data in snapshot.items()}, f"sizes: {sizes}")
    expect(sorted(api.list_repo_files("acme/server")) == sorted([*snapshot, ".gitattributes"]), "list_repo_files")
    tree = {entry.path for entry in api.list_repo_tree("acme/server", recursive=True, expand=True)}
    expect({"sub", "sub/deep", "sub/deep/x.txt"} <= tree, f"list_repo_tree: {tree}")
    found = [entry.path for entry in api.get_paths_info("acme/server", ["config.json", "sub", "no"])]
    expect(found == ["config.json", "sub"], f"get_paths_info: {found}")
    api.create_branch("acme/server", branch="dev/x")
    api.create_tag("acme/server", tag="v1", tag_message="first")
    pull = api.upload_file(path_or_fileobj=b"pr", path_in_repo="pr.txt", repo_id="acme/server", create_pr=True)
    refs = api.list_repo_refs("acme/server", include_pull_requests=True)
    names = [ref.ref for ref in [*refs.branches, *refs.tags, *refs.pull_requests]]
    expect(names == ["refs/heads/dev/x", "refs/heads/main", "refs/tags/v1", "refs/pr/1"], f"refs: {names}")
    expect(Path(hf_hub_download("acme/server", "pr.txt", revision=pull.pr_revision)).read_text() == "pr", "pull request")
    api.upload_folder(repo_id="acme/server", folder_path=folder / "sub", delete_patterns="*.txt", revision="dev/x")
    left = api.list_repo_files("acme/server", revision="dev/x")
    expect("empty.txt" not in left and "deep/x.txt" in left, f"delete_patterns: {left}")
    api.delete_folder("sub", "acme/server")
    expect(len(api.list_repo_commits("acme/server")) == 3, "list_repo_commits")
    refuses(RemoteEntryNotFoundError, lambda: hf_hub_download("acme/server", "no"))
    refuses(RevisionNotFoundError, lambda: hf_hub_download("acme/server", "config.json", revision="no"))
    refuses(RepositoryNotFoundError, lambda: api.model_info("acme/no"))
    refuses(HfHubHTTPError, lambda: api.model_info("acme/server", token=False))
    stale = [CommitOperationAdd("late.txt", b"late")]
    refuses(HfHubHTTPError, lambda: api.create_commit("acme/server", stale, commit_message="m", parent_commit=first.oid))
    broken = b"---\nlicense: [mit\n---\n"
    refuses(ValueError, lambda: api.upload_file(path_or_fileobj=broken, path_in_repo="README.md", repo_id="acme/server"))
    hub.ask("cut GET /objects/ 100000")
    again = hf_hub_download("acme/server", "model.safetensors", force_download=True)
    expect(Path(again).read_bytes() == snapshot["model.safetensors"], "a download that was cut")
    api.move_repo("acme/server", "acme/moved")
    expect(api.model_info("acme/server").id == "acme/moved", "renamed")
    hf_hub_download("acme/server", "config.json", force_download=True)
    api.create_repo("acme/rows", repo_type="dataset")
    api.upload_file(path_or_fileobj=b"text,label\na,0\nb,1\n", path_in_repo="train.csv", repo_id="acme/rows", repo_type="dataset")
    expect(datasets.load_dataset("acme/rows")["train"]["text"][:] == ["a", "b"], "load_dataset")
    api.delete_repo("acme/rows", repo_type="dataset")
    refuses(RepositoryNotFoundError, lambda: api.dataset_info("acme/rows"))


def check_python_pushes():
    """transformers pushes, Java loads; both read one cache, whoever filled it."""
    model.push_to_hub("acme/python", private=True)
    tokenizer.push_to_hub("acme/python")
    expected = logits(model, tokenizer)
    home = temporary / "java-first"
    compare("Java from the Hub", expected, [p["logits"] for p in predictions(home, "acme/python")])
    java(home, "pull", "acme/python")
    hub.requests()
    folder = snapshot_download("acme/python", cache_dir=home / "hub")
    expect(not hub.downloads(), "Python downloads again what Java has in the cache")
    compare("Python from Java's cache", expected, logits(*load(folder)))
    home = temporary / "python-first"
    folder = snapshot_download("acme/python", cache_dir=home / "hub")
    hub.requests()
    expect(java(home, "pull", "acme/python") == folder, "another snapshot folder")
    expect(not hub.downloads(), "Java downloads again what Python has in the cache")
    compare("Java from Python's cache", expected, [p["logits"] for p in predictions(home, "acme/python")])
    expect(not hub.downloads(), "Java downloads again what Python has in the cache")
    offline = predictions(home, "acme/python", HF_HUB_OFFLINE="1")
    expect(not hub.requests(), "Java asks the Hub in offline mode")
    compare("Java offline", expected, [p["logits"] for p in offline])


def check_java_pushes():
    """Java pushes, Python's pipeline predicts the same; each side sees what the other has pushed already."""
    folder = temporary / "java"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "README.md").write_text(CARD)
    home = temporary / "push"
    hub.requests()
    commit, state, _ = (java(home, "push", "acme/java", folder) + " ").split(" ", 2)
    expect(state == "new" and api.model_info("acme/java").sha == commit, f"push: {state} {commit}")
    expect([c.title for c in api.list_repo_commits("acme/java")] == ["Pushed by Java", "initial commit"], "commits")
    expect(api.model_info("acme/java").private, "not private")
    expect("/local-hub-multipart/" in str(hub.requests()), "the weights did not go in parts")
    pulled = contents(snapshot_download("acme/java"))
    pulled.pop(".gitattributes")
    expect(pulled == contents(folder), f"Python pulls other files than Java pushed: {sorted(pulled)}")
    compare("Python from Java's push", logits(model, tokenizer), logits(*load("acme/java")))
    classify = transformers.pipeline("text-classification", model="acme/java", device="cpu")
    for best, got in zip(classify(LINES), predictions(home, "acme/java"), strict=True):
        expect(best["label"] == got["label"] and abs(best["score"] - got["score"]) <= TOLERANCE, f"{best}, Java {got}")
    hub.requests()
    expect(java(home, "push", "acme/java", folder) == f"{commit} old", "Java pushes an unchanged folder")
    expect(api.upload_folder(repo_id="acme/java", folder_path=folder).oid == commit, "Python pushes what Java has pushed")
    expect(not [r for r in hub.requests() if r["method"] == "PUT"], "unchanged files were sent")
    (folder / "notes.txt").write_text("by Python")
    second = api.upload_folder(repo_id="acme/java", folder_path=folder).oid
    expect(java(home, "push", "acme/java", folder) == f"{second} old", "Java pushes what Python has pushed")
    message = java(home, "push", "acme/java", folder, "--parent", commit, fails=True)
    expect(message.startswith("CONFLICT"), f"parent commit: {message}")
    (folder / "notes.txt").write_text("by Java")
    pull = java(home, "push", "acme/java", folder, "--pr").split(" ")[2]
    expect(Path(hf_hub_download("acme/java", "notes.txt", revision=pull)).read_text() == "by Java", "pull request")
    expect(api.model_info("acme/java").sha == second, "a pull request changed main")
    expect(java(home, "branch", "acme/java", "dev", commit) == "true", "branch")
    expect(java(home, "tag", "acme/java", "v1", "dev") == "true", "tag")
    (folder / "notes.txt").unlink()
    java(home, "push", "acme/java", folder, "--revision", "dev", "--delete", "*.txt")
    refs = {ref.ref: ref.target_commit for ref in (lambda r: [*r.branches, *r.tags])(api.list_repo_refs("acme/java"))}
    expect(refs["refs/tags/v1"] == commit and refs["refs/heads/main"] == second, f"refs: {refs}")
    message = java(home, "push", "acme/java", folder, fails=True, HF_TOKEN="hf_wrong")
    expect(message.startswith("UNAUTHORIZED"), f"wrong token: {message}")
    (folder / "README.md").write_text("---\nlicense: [mit\n---\n")
    message = java(home, "push", "acme/java", folder, fails=True)
    expect(message.startswith("INVALID") and api.model_info("acme/java").sha == second, f"broken card: {message}")


def check_classifier_pushes():
    """Classifier.pushToHub pushes, Python's pipeline has its labels and scores, huggingface_hub reads its card."""
    name = "acme/classifier"
    classes = os.pathsep.join([str(JAR), str(JAR.parent / "lib" / "*")])
    command = [*JAVA, "-cp", classes, "interop/PushToHub.java", MODEL, name]
    pushed = json.loads(java(temporary / "classifier", command=command, lines=LINES).splitlines()[-1])
    info = api.model_info(name)
    expect(info.sha == pushed["commit"] and info.private, f"Java said {pushed['commit']}, the Hub has {info}")
    classify = transformers.pipeline("text-classification", model=name, device="cpu", top_k=None)
    expect(sorted(classify.model.config.label2id) == sorted(pushed["scores"][0]), f"labels: {classify.model.config.label2id}")
    for line, expected, got in zip(LINES, pushed["scores"], classify(LINES), strict=True):
        scores = {entry["label"]: entry["score"] for entry in got}
        difference = max(abs(expected[label] - scores[label]) for label in expected)
        expect(scores.keys() == expected.keys() and difference <= TOLERANCE, f"{line!r}: Java {expected}, Python {scores}")
        expect(got[0]["label"] == max(expected, key=expected.get), f"{line!r}: Java {expected}, Python's best is {got[0]}")
    card = ModelCard.load(name)
    data = card.data
    expect(data.library_name == "transformers" and data.pipeline_tag == "text-classification", f"card: {data.to_dict()}")
    expect(data.language == ["no", "en"] and data.license == "apache-2.0" and data.tags == ["afina"], f"card: {data.to_dict()}")
    expect(metadata_load(hf_hub_download(name, "README.md")) == data.to_dict(), "metadata_load reads another card")
    expect(all(label in card.text for label in pushed["scores"][0]) and name in card.text, f"card: {card.text}")


def load(name):
    return AutoModelForSequenceClassification.from_pretrained(name, dtype=torch.float32), AutoTokenizer.from_pretrained(name)


build_programs()
hub = LocalHub("--page-size", "3", "--parts", "20000", "--resolve-cache")
temporary = Path(tempfile.mkdtemp(prefix="afina-hub-"))
try:
    os.environ.update(HF_ENDPOINT=hub.endpoint, HF_TOKEN=hub.token, HF_HOME=str(temporary / "home"))
    os.environ.pop("HF_HUB_CACHE", None)
    os.environ.pop("HF_DATASETS_OFFLINE", None)
    import datasets
    import torch
    import transformers
    from huggingface_hub import CommitOperationAdd, HfApi, ModelCard, hf_hub_download, metadata_load, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, RemoteEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    api = HfApi()
    model, tokenizer = load(str(MODEL))
    check_server()
    check_python_pushes()
    check_java_pushes()
    check_classifier_pushes()
finally:
    hub.close()
    shutil.rmtree(temporary)
print("server, Python to Java, Java to Python, Classifier.pushToHub to pipeline, one cache in both orders")
