"""Models: whatever config.json says, Java's logits are those of transformers, or the folder is refused.

Random folders: the tiny models of all families, with one to three entries of config.json changed: to null, another type, another
number, another option, or left out. Where both sides open a folder, the names of the labels are equal and the logits to 1e-5.
Where transformers draws weights that the file lacks, its numbers mean nothing, and Java refuses. Java may refuse what Python
opens, by an IOException, and Python what Java opens; AFINA_LIST=1 lists both.

AFINA_FOLDERS folders, 120 without it, of seed AFINA_SEED. AFINA_KEEP names a folder that keeps them.
"""

import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer, logging  # noqa: E402
from transformers.models.auto.configuration_auto import CONFIG_MAPPING  # noqa: E402

from java import JAR, JAVA, build  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "core/src/test/resources/golden/models"
COUNT = int(os.environ.get("AFINA_FOLDERS", "120"))
SEED = int(os.environ.get("AFINA_SEED", "20261128"))
LIST = os.environ.get("AFINA_LIST") == "1"
TOLERANCE = 1e-5
CONFIG = "config.json"
CASES = [["I am so happy about the new season!"], ["no"], ["Nothing works", "and nobody answers the phone."]]
INFINITE = float("inf")

# What has no number of its own to change, or would only cost time.
NAMES = ("model_type", "architectures", "transformers_version", "name_or_path")
DROPOUTS = ("dropout", "dropout_prob", "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "pooler_dropout", "cls_dropout",
            "attention_dropout", "seq_classif_dropout", "classifier_dropout_prob", "embedding_dropout", "mlp_dropout", "summary_last_dropout")
ACTIVATIONS = ["gelu", "gelu_new", "relu", "tanh", "quick_gelu", "gelu_pytorch_tanh", "silu", "linear", "prelu", "GELU", "foo", "", None, 5]
# Values that mean something to somebody, by key: of these families, of older versions, or of transformers as a whole.
OPTIONS = {
    "hidden_act": ACTIVATIONS, "activation": ACTIVATIONS, "hidden_activation": ACTIVATIONS, "classifier_activation": ACTIVATIONS,
    "pooler_hidden_act": ACTIVATIONS, "conv_act": ACTIVATIONS, "summary_activation": ACTIVATIONS,
    "position_embedding_type": ["absolute", "relative_key", "relative_key_query", None, ""],
    "problem_type": ["single_label_classification", "multi_label_classification", "regression", "multi", "", None, 1, ["regression"]],
    "classifier_pooling": ["mean", "cls", "max", None, ["cls"]],
    "pos_att_type": ["c2p", "p2c", "c2p|p2c", "p2c|c2p", "C2P | p2c", "", "p2p", None, [], ["c2p"], ["p2c", "c2p"], ["c2p", "c2p"], "c2p|", 5],
    "norm_rel_ebd": ["none", "layer_norm", "layer_norm|none", "", None, "batch"],
    "layer_types": [None, [], ["full_attention"] * 2, ["full_attention"] * 3, ["sliding_attention"] * 3, ["sliding_attention", "full_attention", "chunked"]],
    "rope_parameters": [
        None, {}, {"full_attention": {"rope_type": "default", "rope_theta": 300.0}}, {"rope_type": "default", "rope_theta": 1e4},
        {"full_attention": {"rope_type": "linear", "factor": 2.0}, "sliding_attention": {"rope_type": "default"}},
        {"full_attention": {"rope_theta": 300.0}, "sliding_attention": {"rope_theta": 20.0}}],
    "rope_scaling": [None, {"type": "linear", "factor": 2.0}, {"rope_type": "default"}],
    "global_rope_theta": [500.0, 160000, None, "1e4"], "local_rope_theta": [70.0, 10000, None],
    "global_attn_every_n_layers": [1, 2, 3, 0, None], "local_attention": [2, 3, 8, 128, 0, -1, 7.0], "sliding_window": [None, 3, 12, 64],
    "head_dim": [None, 8, 16], "attention_head_size": [8, 13, 16, None],
    "per_layer_config": [None, {}, {"0": {"hidden_act": "relu"}}, {"0": {"intermediate_size": 16}}],
    "dtype": ["float32", "float16", "bfloat16", "auto", "float8_e4m3fn", "foo", None, 5], "torch_dtype": ["float32", "float64", "auto", "foo", None],
    "id2label": [
        None, {}, {"0": "", "1": "b", "2": "c"}, {"+0": "a", " 1": "b", "2": "c"}, {"0": "a", "1": "b"}, {"0": "a", "1": "a", "2": "a"},
        {"0": "a", "1": "b", "2": None}, {"0": "a", "1": 5, "2": True}, {"1": "a", "2": "b", "3": "c"}, {"2": "c", "1": "b", "0": "a"}, {"00": "a", "1": "b", "2": "c"},
        {"a": "0", "b": "1", "c": "2"}, ["a", "b", "c"], "abc", {"0": "a\nb", "1": "\u202e", "2": "c"}, {"0": " a", "1": "b ", "2": "c"},
        {"0.0": "a", "1": "b", "2": "c"}, {"-1": "a", "0": "b", "1": "c"}, {"0": "a", "1": "b", "1 ": "x", "2": "c"}, {"0": ["a"], "1": {}, "2": "c"}],
    "label2id": [None, {}, {"a": 0}, {"a": "0", "b": 5}, [], "x", {"joy": 2}],
    "num_labels": [1, 2, 3, 0, -1, None, "3", 3.0], "pad_token_id": [-1, 0, 1, 2, 5, None, 299, 300, 1000, 0.0, "0"],
    "is_decoder": [True, False, None, 0, "false"], "add_cross_attention": [True, False, None], "is_encoder_decoder": [True, False, None],
    "chunk_size_feed_forward": [0, 1, 2, 5, None, 0.0], "pruned_heads": [{}, None, {"0": [1]}, []], "quantization_config": [None, {}, {"load_in_8bit": True}],
    "tie_word_embeddings": [True, False, None], "use_cache": [True, False, None, 1], "output_hidden_states": [True, False, None, 1], "output_attentions": [True, False, None],
    "return_dict": [True, False, None], "auto_map": [{"AutoModel": "x.Y"}, None], "attn_implementation": ["eager", "sdpa", "flash_attention_2", None],
    "architectures": [None, [], ["BertModel"], "x", ["Foo"]], "model_type": ["bert", "roberta", "electra", "xlm-roberta", "camembert", "deberta", "BERT", "", None],
    "transformers_version": [None, "4.0.0", 5], "summary_type": ["mean", "last", None], "summary_use_proj": [True, False, None],
    "sinusoidal_pos_embds": [True, False, None], "talking_head": [True, False, None], "relative_attention": [True, False, None, 1], "z_steps": [0, 1, None],
    "share_att_key": [True, False, None], "position_biased_input": [True, False, None], "conv_kernel_size": [0, 3, None, -1], "conv_groups": [1, 2, 3],
    "layer_norm_eps": [1e-12, 1e-5, 0.1, 1, 0, -1e-5, None, "1e-5", INFINITE, 2.5], "norm_eps": [1e-5, 0.1, 1, 0, None],
    "initializer_range": [0, 0.0, 1, 1.0, 5.0, -0.1, None, "0.02", INFINITE], "initializer_cutoff_factor": [2, 2.0, 0.0, -1.0, None, 3],
    "use_bias": [True, False], "cls_token_id": [1, None], "bos_token_id": [-1, None, "x", 500], "eos_token_id": [[2, 3], None, -1],
    "reference_compile": [True, False, None], "deterministic_flash_attn": [True, None], "sparse_prediction": [True, False, None], "decoder_bias": [False, None],
}


def starts():
    """The folders to change, by name."""
    found = {}
    for file in sorted(MODELS.glob("*/**/model/config.json")):
        folder = file.parent
        if (folder / "model.safetensors").is_file() and (folder / "tokenizer_config.json").is_file():
            found[str(folder.relative_to(MODELS))] = folder
    return found


def keys(family, config):
    """What the file says, and what its family could say."""
    more = [key for key in CONFIG_MAPPING[family]().to_dict() if not key.startswith("_")]
    general = [
        "position_embedding_type", "problem_type", "per_layer_config", "dtype", "torch_dtype", "num_labels", "chunk_size_feed_forward", "pruned_heads",
        "quantization_config", "attn_implementation", "auto_map", "rope_scaling", "rope_parameters", "is_encoder_decoder", "layer_types", "head_dim"]
    own = {
        "deberta": ["talking_head", "attention_head_size", "pooler_hidden_size", "cls_dropout", "norm_rel_ebd", "position_buckets", "share_att_key", "embedding_size", "z_steps"],
        "deberta-v2": [
            "attention_head_size", "pooler_hidden_size", "cls_dropout", "norm_rel_ebd", "position_buckets", "share_att_key", "conv_kernel_size", "conv_groups", "conv_act",
            "embedding_size", "z_steps"],
        "modernbert": ["global_rope_theta", "local_rope_theta", "global_attn_every_n_layers", "sliding_window", "reference_compile"],
        "distilbert": ["hidden_size", "num_hidden_layers", "num_attention_heads"], "mpnet": ["type_vocab_size"],
    }
    return sorted({*config, *more, *general, *own.get(family, [])} - set(NAMES[2:]))


def other(rng, value):
    """Something else of any kind."""
    kinds = [None, 0, 1, -1, 0.0, True, False, "", [], {}, [value], {"a": value}, str(value)]
    if isinstance(value, bool):
        kinds += [not value] * 5
    elif isinstance(value, (int, float)):
        kinds += [value + 1, value - 1, 2 * value, float(value), int(value), value // 2, -value]
    return rng.choice(kinds)


def change(rng, family, config):
    """Returns the key that was changed, and what it was changed to."""
    key = rng.choice(keys(family, config))
    if rng.random() < 0.08 and key in config:
        del config[key]
        return f"{key} left out"
    if key in DROPOUTS and rng.random() < 0.7:
        value = rng.choice([0, 0.0, 0.5, 1, 1.0, 1.5, -0.1, None, "0.1", True])
    elif key in OPTIONS and rng.random() < 0.7:
        value = copy.deepcopy(rng.choice(OPTIONS[key]))
    else:
        value = other(rng, config.get(key, rng.choice([0, 1, 2, 32])))
    if key == "model_type" and rng.random() < 0.7:
        return change(rng, family, config)  # another family fits seldom
    config[key] = value
    return f"{key} {json.dumps(value)}"


def by_python(path):
    try:
        model, info = AutoModelForSequenceClassification.from_pretrained(str(path), dtype=torch.float32, output_loading_info=True)
        missing = sorted(info["missing_keys"]) + sorted(str(key) for key in info["mismatched_keys"])
        tokenizer = AutoTokenizer.from_pretrained(str(path))
        labels = [model.config.id2label.get(i) for i in range(model.config.num_labels)]
        limit = min(tokenizer.model_max_length, model.config.max_position_embeddings)  # of which Java takes the smaller one, too
        model.eval()
    except BaseException as e:  # tokenizers' panics are none of Exception's
        if isinstance(e, KeyboardInterrupt):
            raise
        return {"error": f"{type(e).__name__}: {e}"}
    logits = []
    for texts in CASES:
        try:
            with torch.no_grad():
                outputs = model(**tokenizer(*texts, truncation=True, max_length=limit, return_tensors="pt"))
                logits.append(getattr(outputs, "logits", outputs[0] if isinstance(outputs, tuple) else None)[0].tolist())
        except Exception as e:
            logits.append(None)
            error = f"{type(e).__name__}: {e}"
    if all(row is None for row in logits):
        return {"error": error}
    return {"labels": labels, "logits": logits, "missing": missing}


def is_finite(row):
    return all(abs(x) < INFINITE for x in row)


def verdict(python, java):
    """What kind of pair the two are, and how they differ, which is empty where all is well."""
    if java.get("unexpected"):
        return "unexpected", java["error"]
    if "error" in python or "error" in java:
        return "refused by " + " and ".join(side for side, of in (("Python", python), ("Java", java)) if "error" in of), ""
    if python["missing"]:
        return "different", f"opened, but transformers draws {', '.join(python['missing'][:3])}"
    if python["labels"] != java["labels"]:
        return "different", f"labels {java['labels']}, transformers has {python['labels']}"
    for case, theirs, ours in zip(CASES, python["logits"], java["logits"]):
        if theirs is None or ours is None:
            # Java refuses outputs that are not finite, and a second text where there is one token type.
            if (theirs is None) != (ours is None) and not (ours is None and (not is_finite(theirs) or len(case) == 2)):
                return "different", f"{case}: {ours}, transformers has {theirs}"
        elif len(theirs) != len(ours) or max(abs(a - b) for a, b in zip(theirs, ours)) > TOLERANCE * max(1, *map(abs, theirs)):
            return "different", f"{case}: {ours}, transformers has {theirs}"
    return "equal", ""


def main():
    logging.set_verbosity(50)
    logging.disable_progress_bar()
    torch.set_num_threads(1)
    build()
    rng = random.Random(SEED)
    named = starts()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(os.environ.get("AFINA_KEEP", temporary))
        (work / "folders").mkdir(parents=True)
        stories, python = [], []
        for i in range(COUNT):
            start = rng.choice(sorted(named))
            path = work / "folders" / str(i)
            path.mkdir()
            for file in named[start].iterdir():
                if file.name != CONFIG:
                    shutil.copy(file, path)
            config = json.loads((named[start] / CONFIG).read_text())
            family = config["model_type"]
            changes = [change(rng, family, config) for _ in range(rng.choice([1, 1, 1, 1, 2, 3]))]
            (path / CONFIG).write_text(json.dumps(config, indent=1).replace("Infinity", "1e999"))
            stories.append(f"{start}, {'; '.join(changes)}")
            python.append(by_python(path))
        (work / "cases.json").write_text(json.dumps(CASES))
        command = [*JAVA, "-cp", str(JAR), "interop/PredictFolders.java", str(work / "folders"), str(work / "cases.json"), str(work / "java.jsonl")]
        run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            sys.exit(run.stdout)
        java = [json.loads(line) for line in (work / "java.jsonl").read_text().splitlines()]
    counts, faults = Counter(), []
    for i in range(COUNT):
        kind, difference = verdict(python[i], java[i])
        counts[kind] += 1
        if difference:
            faults.append(f"folder {i} ({stories[i]}): {difference}")
        elif LIST and kind in ("refused by Python", "refused by Java"):
            print(f"{kind}: {stories[i]}: {(python[i] if kind == 'refused by Python' else java[i])['error'][:200]!r}")
    print(f"{COUNT} folders of seed {SEED}: " + ", ".join(f"{n} {kind}" for kind, n in counts.most_common()))
    if counts["equal"] < COUNT / 5:
        faults.append("fewer than a fifth of the folders were compared")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
