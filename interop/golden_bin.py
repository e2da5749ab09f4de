"""Writes the golden files of torch.save, and what they hold as safetensors.

    python interop/golden_bin.py OUTDIR

OUTDIR is core/src/test/resources/golden/bin in the repository. The models are the golden ones of golden_models.py in
other files; on the same versions the output is the same to the byte.
"""

import io
import json
import os
import re
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

MODELS = Path(__file__).parent.parent / "core/src/test/resources/golden/models/bert"
TEXTS = ["so happy today", "I am furious about the late train!", "a b c d e f g h"]


def views(out):
    """Every element type and every way to look at a storage, in each protocol that torch.save can write."""
    base = torch.arange(24.0) / 7
    tensors = OrderedDict(
        f64=(torch.arange(6).double() - 2) / 3,
        f32=(torch.arange(6).float() - 2) / 3,
        f16=((torch.arange(6).float() - 2) / 3).half(),
        bf16=((torch.arange(6).float() - 2) / 3).bfloat16(),
        i64=torch.arange(6),
        i32=torch.arange(6).int(),
        i16=torch.arange(6).short(),
        i8=torch.arange(6).to(torch.int8),
        u8=torch.arange(6).to(torch.uint8),
        bool=torch.arange(6) % 2 == 1,
        scalar=torch.tensor(1.5),
        empty=torch.zeros(0, 4),
        whole=base,
        tied=base,
        matrix=base.view(4, 6),
        transposed=base.view(4, 6).t(),
        row=base.view(4, 6)[2],
        column=base.view(4, 6)[:, 3],
        every_other=base[1::2],
        block=base.view(4, 6)[1:3, 2:5],
        permuted=base.view(2, 3, 4).permute(2, 0, 1),
        half_transposed=base.half().view(4, 6).t(),
        expanded_by_one=torch.arange(4.0).expand(1, -1),
        parameter=torch.nn.Parameter(torch.ones(2, 3) / 3),
        frozen=torch.nn.Parameter(torch.ones(3) / 3, requires_grad=False),
    )
    tensors["ä\n\"\\ 😀"] = torch.ones(1)
    for protocol in (2, 3, 4, 5):
        torch.save(tensors, out / f"views-{protocol}.bin", pickle_protocol=protocol)
    torch.save(dict(tensors), out / "views-dict.bin")
    save_file({name: t.detach().float().clone().contiguous() for name, t in tensors.items()}, out / "views.safetensors")
    # Over 1,000 entries are put into a dictionary in several runs, over 256 values have long names in the memory.
    numbers = torch.arange(1100.0)
    torch.save({f"t{i}": numbers[i] for i in range(1100)}, out / "many.bin")
    # Without a tensor, because the old format names each storage by its place in memory.
    torch.save({}, out / "old-format.bin", _use_new_zipfile_serialization=False)
    torchscript(out / "torchscript.bin")


def torchscript(file):
    """A model as TorchScript, without what differs by machine, such as where torch lies."""
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.ReLU()), buffer)  # constants of a module are saved in any order: this has one
    with zipfile.ZipFile(buffer) as saved, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as written:
        for entry in saved.infolist():
            if not entry.filename.endswith((".debug_pkl", "serialization_id")):
                name = entry.filename.replace(entry.filename.split("/")[0], "torchscript", 1)
                written.writestr(zipfile.ZipInfo(name), saved.read(entry))


def refused(out):
    """What torch.save writes as well, and no state dict holds."""
    folder = out / "refused"
    folder.mkdir()
    ones = torch.ones(2)
    cases = {
        "training": {"epoch": 3, "model": {"a": ones}},
        "one-tensor": ones,
        "list": {"a": [ones]},
        "complex": {"a": torch.ones(2, dtype=torch.complex64)},
        "float8": {"a": ones.to(torch.float8_e4m3fn)},
        "uint16": {"a": torch.ones(2, dtype=torch.uint16)},
        "sparse": {"a": torch.eye(2).to_sparse()},
        "negated": {"a": torch.imag(torch.ones(2, dtype=torch.complex64).conj())},
        "expanded": {"a": torch.ones(1).expand(1000)},
        "module": torch.nn.Linear(1, 1),
        "dtype": {"a": torch.float32},
    }
    for name, value in cases.items():
        torch.save(value, folder / f"{name}.bin")


def logits(model, tokenizer):
    with torch.no_grad():
        return [model(**tokenizer(text, return_tensors="pt")).logits[0].double().tolist() for text in TEXTS]


def models(out):
    """The golden BERT as it may lie on the Hub."""
    tokenizer = AutoTokenizer.from_pretrained(MODELS / "model")
    model = AutoModelForSequenceClassification.from_pretrained(MODELS / "model").eval()
    torch.save(model.state_dict(), out / "bert.bin")

    legacy = OrderedDict()
    for name, tensor in load_file(MODELS / "model" / "model.safetensors").items():
        name = re.sub("LayerNorm.bias$", "LayerNorm.beta", re.sub("LayerNorm.weight$", "LayerNorm.gamma", name))
        # Stored transposed, as what came from TensorFlow or JAX often is.
        legacy[name] = tensor.t().contiguous().t() if name.endswith("dense.weight") else tensor
    words = legacy["bert.embeddings.word_embeddings.weight"]
    legacy["cls.predictions.decoder.weight"] = words  # tied
    legacy["cls.predictions.bias"] = torch.linspace(-1, 1, words.shape[0])
    legacy["bert.embeddings.position_ids"] = torch.arange(64).expand((1, -1))
    torch.save(legacy, out / "bert-legacy.bin", pickle_protocol=4)

    # The three projections of a layer are one storage.
    base = load_file(MODELS / "base" / "model.safetensors")
    for layer in range(2):
        names = [f"encoder.layer.{layer}.attention.self.{part}.weight" for part in ("query", "key", "value")]
        fused = torch.cat([base[name] for name in names])
        base.update(zip(names, fused.chunk(3)))
    torch.save(base, out / "bert-without-prefix.bin")

    golden = {"texts": TEXTS, "float32": logits(model, tokenizer)}
    for name, dtype in (("float16", torch.float16), ("bfloat16", torch.bfloat16)):
        rounded = OrderedDict((key, tensor.to(dtype)) for key, tensor in model.state_dict().items())
        torch.save(rounded, out / f"bert-{name}.bin")
        save_file(rounded, out / f"bert-{name}.safetensors", metadata={"format": "pt"})
        exact = AutoModelForSequenceClassification.from_pretrained(MODELS / "model").eval()
        exact.load_state_dict({key: tensor.float() for key, tensor in rounded.items()})
        golden[name] = logits(exact, tokenizer)
    (out / "logits.json").write_text(json.dumps(golden, indent=1) + "\n")

    sharded = out / "sharded"
    sharded.mkdir()
    state = model.state_dict()
    names = list(state)
    files = {}
    for i, part in enumerate((names[:20], names[20:]), start=1):
        file = f"pytorch_model-{i:05d}-of-00002.bin"
        torch.save(OrderedDict((name, state[name]) for name in part), sharded / file)
        files |= dict.fromkeys(part, file)
    size = sum(tensor.nbytes for tensor in state.values())
    index = {"metadata": {"total_size": size}, "weight_map": files}
    (sharded / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=False)
    torch.manual_seed(0)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    views(out)
    refused(out)
    models(out)


if __name__ == "__main__":
    main()
