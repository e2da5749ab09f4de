"""The peers in Python: the Trainer and the pipeline of transformers, and the ONNX files for ONNX Runtime.

Reads one JSON object a line from standard input and answers with one each; all else goes to standard error. "prepare"
chooses a task and makes it ready, "gate" returns what is compared, "round" does the work once and says how long it took.
"""

import inspect
import json
import os
import random
import sys
import tempfile
import time
import traceback
from importlib import metadata

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def read(file):
    with open(file, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows], [row.get("label") for row in rows]


def quiet():
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def set_threads(request):
    import torch

    if request.get("threads"):
        torch.set_num_threads(request["threads"])


class Training:
    """Fine-tuning by the Trainer: the time from on_train_begin to on_train_end, with the texts tokenized before."""

    def __init__(self, request):
        from datasets import Dataset
        from transformers import AutoConfig, AutoTokenizer

        self.request = request
        self.tokenizer = AutoTokenizer.from_pretrained(request["model"])
        config = AutoConfig.from_pretrained(request["model"])
        self.no_dropout = {name: 0.0 for name in config.to_dict() if "dropout" in name}
        ids = config.label2id
        texts, labels = read(request["data"])
        encoded = self.tokenizer(texts, truncation=True, max_length=request["maxTokens"])
        self.data = Dataset.from_dict({**encoded, "labels": [ids[label] for label in labels]})
        steps = -(-len(texts) // request["batchSize"])
        self.fit(steps=max(1, steps // 4))

    def gate(self, request):
        losses = []
        self.fit(steps=request["steps"], dropout=False, sampling="random", losses=losses)
        return {"losses": losses}

    def round(self, request):
        seconds, loss = self.fit()
        return {"seconds": seconds, "texts": len(self.data), "loss": loss}

    def fit(self, steps=-1, dropout=True, sampling=None, losses=None):
        from transformers import (
            AutoModelForSequenceClassification,
            DataCollatorWithPadding,
            Trainer,
            TrainerCallback,
            TrainingArguments,
            set_seed,
        )

        class Clock(TrainerCallback):
            def on_train_begin(self, *args, **kwargs):
                self.begun = time.perf_counter()

            def on_train_end(self, *args, **kwargs):
                self.seconds = time.perf_counter() - self.begun

        class Recording(Trainer):
            def compute_loss(self, *args, **kwargs):
                loss = super().compute_loss(*args, **kwargs)
                losses.append(loss.item())
                return loss

        request = self.request
        set_seed(request["seed"])
        model = AutoModelForSequenceClassification.from_pretrained(
            request["model"], **({} if dropout else self.no_dropout)
        )
        padding = dict(padding="max_length", max_length=request["maxTokens"]) if request.get("padded") else {}
        clock = Clock()
        with tempfile.TemporaryDirectory() as folder:
            trainer = (Trainer if losses is None else Recording)(
                model=model,
                args=TrainingArguments(
                    output_dir=folder, use_cpu=True, report_to="none", save_strategy="no", disable_tqdm=True,
                    logging_strategy="no", dataloader_pin_memory=False, seed=request["seed"], num_train_epochs=1,
                    max_steps=steps, per_device_train_batch_size=request["batchSize"],
                    learning_rate=request["learningRate"], bf16=request.get("precision") == "BFLOAT16",
                    train_sampling_strategy=sampling or request.get("sampling", "random"),
                ),
                train_dataset=self.data,
                data_collator=DataCollatorWithPadding(self.tokenizer, **padding),
                callbacks=[clock],
            )
            figures = trainer.train().metrics
        return clock.seconds, figures["train_loss"]


class Prediction:
    """The text-classification pipeline: texts in, scores of all labels out."""

    def __init__(self, request):
        from transformers import pipeline

        self.texts, _ = read(request["data"])
        self.pipeline = pipeline("text-classification", model=request["model"], device="cpu")
        self.arguments = dict(
            batch_size=request["batchSize"], truncation=True, max_length=request["maxTokens"], top_k=None
        )
        ids = self.pipeline.model.config.label2id
        self.order = lambda scores: [s["score"] for s in sorted(scores, key=lambda s: ids[s["label"]])]
        self.pipeline(self.texts[: max(1, len(self.texts) // 2)], **self.arguments)

    def gate(self, request):
        return {"scores": [self.order(s) for s in self.pipeline(self.texts, **self.arguments)]}

    def round(self, request):
        begun = time.perf_counter()
        self.pipeline(self.texts, **self.arguments)
        return {"seconds": time.perf_counter() - begun, "texts": len(self.texts)}


class Dropout:
    """Passes in train mode, all of a text as one batch: texts in, mean scores of all labels out."""

    def __init__(self, request):
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self.texts, _ = read(request["data"])
        self.passes = request["passes"]
        self.max_tokens = request["maxTokens"]
        self.tokenizer = AutoTokenizer.from_pretrained(request["model"])
        self.model = AutoModelForSequenceClassification.from_pretrained(request["model"]).train()
        torch.manual_seed(42)
        self.means(self.passes)

    def means(self, passes):
        import torch

        means = []
        with torch.inference_mode():
            for text in self.texts:
                encoded = self.tokenizer(text, truncation=True, max_length=self.max_tokens, return_tensors="pt")
                batch = {name: ids.expand(passes, -1) for name, ids in encoded.items()}
                means.append(self.model(**batch).logits.softmax(-1).mean(0).tolist())
        return means

    def gate(self, request):
        return {"scores": self.means(request["passes"])}

    def round(self, request):
        begun = time.perf_counter()
        self.means(self.passes)
        return {"seconds": time.perf_counter() - begun, "texts": len(self.texts)}


class Tokenization:
    """The library tokenizers, all texts in one call, which takes all cores: texts in, ids out; no offsets."""

    def __init__(self, request):
        from transformers import AutoTokenizer

        self.texts, _ = read(request["data"])
        self.tokenizer = AutoTokenizer.from_pretrained(request["model"]).backend_tokenizer
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.bytes = sum(len(text.encode("utf-8")) for text in self.texts)
        for _ in range(2):
            self.encode()

    def encode(self):
        return [encoding.ids for encoding in self.tokenizer.encode_batch_fast(self.texts)]

    def gate(self, request):
        return {"ids": [number for ids in self.encode() for number in ids]}

    def round(self, request):
        begun = time.perf_counter()
        self.encode()
        return {"seconds": time.perf_counter() - begun, "bytes": self.bytes}


def make_tokenizer(request):
    """A folder with a BPE or Unigram tokenizer trained on texts, its pipeline that of RoBERTa or of XLM-RoBERTa."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = dict(cls_token="<s>", pad_token="<pad>", sep_token="</s>", unk_token="<unk>", mask_token="<mask>")
    arguments = dict(vocab_size=request["pieces"], special_tokens=list(special.values()), show_progress=False)
    if request["kind"] == "BPE":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), **arguments)
    else:
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
        trainer = trainers.UnigramTrainer(unk_token="<unk>", **arguments)
    texts, _ = read(request["data"])
    tokenizer.train_from_iterator(texts, trainer)
    ids = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ids
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(request["folder"])
    return {}


# What a family's checkpoints on the Hub have and its configuration in transformers does not say by itself.
DISENTANGLED = dict(relative_attention=True, position_biased_input=False, pos_att_type=["c2p", "p2c"], type_vocab_size=0)
FAMILY_OPTIONS = {
    "albert": dict(embedding_size=128),
    "deberta": DISENTANGLED,
    "deberta-v2": DISENTANGLED | dict(position_buckets=256, norm_rel_ebd="layer_norm", share_att_key=True),
    "electra": dict(embedding_size=128),
}


def make_model(request):
    """A folder with a model of the family and size given, its weights random, with the tokenizer of another model."""
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, set_seed

    tokenizer = AutoTokenizer.from_pretrained(request["tokenizer"])
    tokenizer.model_max_length = 512
    labels = request["labels"]
    family = request["family"]
    feed_forward = "hidden_dim" if family == "distilbert" else "intermediate_size"
    sizes = {
        "vocab_size": len(tokenizer), "hidden_size": request["hidden"], "num_hidden_layers": request["layers"],
        "num_attention_heads": request["heads"], feed_forward: 4 * request["hidden"],
        "max_position_embeddings": 514,  # 512 and the two that RoBERTa's kin count from
    }
    set_seed(request["seed"])
    config = AutoConfig.for_model(
        family, pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id,
        cls_token_id=tokenizer.cls_token_id, sep_token_id=tokenizer.sep_token_id,
        id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)},
        **(sizes | FAMILY_OPTIONS.get(family, {})),
    )
    AutoModelForSequenceClassification.from_config(config).save_pretrained(request["folder"])
    tokenizer.save_pretrained(request["folder"])
    return {}


def make_texts(request):
    """Texts of exactly so many tokens, the special ones included, of words that are one token each."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(request["tokenizer"])
    words = sorted(word for word in tokenizer.get_vocab() if word.isascii() and word.isalpha() and word.islower())
    words = [w for w, ids in zip(words, tokenizer(words, add_special_tokens=False)["input_ids"]) if len(ids) == 1]
    generator = random.Random(request["seed"])
    with open(request["file"], "w", encoding="utf-8") as out:
        for i in range(request["count"]):
            text = " ".join(generator.choice(words) for _ in range(request["tokens"] - 2))
            out.write(json.dumps({"text": text, "label": request["labels"][i % len(request["labels"])]}) + "\n")
    return {}


def export(request):
    """ONNX files of a model: as exported and with the optimizer's fusions; or in int8 each of them quantized dynamically."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = request["folder"]
    file = lambda name: os.path.join(folder, name + ".onnx")
    tokenizer = AutoTokenizer.from_pretrained(request["model"])
    model = AutoModelForSequenceClassification.from_pretrained(request["model"], attn_implementation="eager").eval()
    taken = inspect.signature(model.forward).parameters
    example = tokenizer(["a text", "and a longer one"], padding=True, return_tensors="pt")
    example = {name: example[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in taken}
    with torch.no_grad():
        torch.onnx.export(
            model, (), file("exported"), kwargs=example, dynamo=False, opset_version=17,
            input_names=list(example), output_names=["logits"],
            dynamic_axes={**{name: {0: "batch", 1: "tokens"} for name in example}, "logits": {0: "batch"}},
        )
    graphs = ["exported"] + (["optimized"] if optimize(model.config, file("exported"), file("optimized"), tokenizer) else [])
    if request["precision"] == "int8":
        quantized = []
        for graph in graphs:
            for per_channel in (False, True):
                quantized.append(f"{graph}-int8" + ("-per-channel" if per_channel else ""))
                quantize_dynamic(
                    file(graph), file(quantized[-1]), per_channel=per_channel, weight_type=QuantType.QInt8,
                    extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # fused operators hide their types
                )
        graphs = quantized
    return {"graphs": [file(name) for name in graphs]}


def optimize(config, exported, optimized, tokenizer):
    """Writes the graph with the fusions that the optimizer knows of BERT; whether that runs and computes the same."""
    import numpy
    from onnxruntime import InferenceSession
    from onnxruntime.transformers import optimizer

    texts = tokenizer(["one more text", "and another one, which is longer"], padding=True, return_tensors="np")
    try:
        optimizer.optimize_model(
            exported, model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0,
        ).save_model_to_file(optimized)
        logits = []
        for graph in (exported, optimized):
            session = InferenceSession(graph)
            logits.append(session.run(None, {entry.name: texts[entry.name] for entry in session.get_inputs()})[0])
        return bool(numpy.abs(logits[0] - logits[1]).max() < 1e-4)
    except Exception:
        traceback.print_exc()  # made for BERT: of other families it may make nothing
        return False


def peak_memory():
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


class Peer:
    """Holds the task that was prepared."""

    TASKS = {"train": Training, "predict": Prediction, "dropout": Dropout, "tokenize": Tokenization}
    SINGLE = {"model": make_model, "tokenizer": make_tokenizer, "texts": make_texts, "export": export}
    PACKAGES = ("torch", "transformers", "onnxruntime", "onnx", "datasets", "accelerate")

    task = None

    def answer(self, request):
        what = request["do"]
        if what == "versions":
            return {"python": sys.version.split()[0], **{name: metadata.version(name) for name in self.PACKAGES}}
        if what == "memory":
            return {"bytes": peak_memory()}
        quiet()
        if what == "prepare":
            set_threads(request)
            self.task = self.TASKS[request["task"]](request)
            return {}
        if what in self.SINGLE:
            return self.SINGLE[what](request)
        return getattr(self.task, what)(request)


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "quit":
            break
        try:
            reply = peer.answer(request)
        except Exception as problem:
            traceback.print_exc()
            reply = {"error": f"{type(problem).__name__}: {problem}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
