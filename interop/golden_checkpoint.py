"""Writes the golden files of the checkpoint formats.

    python interop/golden_checkpoint.py OUTDIR

OUTDIR is core/src/test/resources/golden/checkpoint in the repository. The tensors are tiny; the files come from
safetensors, transformers and torch's ONNX exporter. On the same versions the output is the same to the byte.
"""

import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel


def dtypes(out):
    """Every element type, awkward names and shapes; the Java test builds the same tensors from the same formulas."""
    n = torch.arange(6)
    tensors = {
        "f64": (n.double() - 2) / 3,
        "f32": (n.float() - 2) / 3,
        "f16": ((n.float() - 2) / 3).half(),
        "bf16": ((n.float() - 2) / 3).bfloat16(),
        "i64": (n - 2) * 10**12,
        "i32": ((n - 2) * 10**6).int(),
        "i16": ((n - 2) * 1000).short(),
        "i8": ((n - 2) * 10).to(torch.int8),
        "u8": (n * 50).to(torch.uint8),
        "bool": n % 2 == 1,
        "matrix": n.float().reshape(2, 3),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 4),
        "Upper": torch.ones(1),
        'quote " backslash \\ newline \n tab \t bell \a é': torch.ones(1),
        "\uff5e": torch.ones(1),  # before U+1F600 in UTF-8, behind it in UTF-16
        "\U0001f600": torch.ones(1),
    }
    save_file(tensors, out / "dtypes.safetensors", metadata={"format": "pt"})
    save_file({"x": torch.ones(2)}, out / "no_metadata.safetensors")
    floats = {name: tensors[name].float().tolist() for name in ["f64", "f32", "f16", "bf16"]}
    (out / "dtypes.json").write_text(json.dumps(floats, indent=1) + "\n")


def sharded(out):
    """A model that transformers itself cut into several files, and the same in one."""
    torch.manual_seed(1)
    model = BertModel(tiny(hidden_size=8, intermediate_size=16), add_pooling_layer=False)
    model.save_pretrained(out / "sharded", max_shard_size="4KB")
    save_file(dict(model.state_dict()), out / "sharded" / "whole.safetensors", metadata={"format": "pt"})


def onnx(out):
    """An encoder as the TorchScript exporter of PyTorch writes it, and the same tensors as safetensors.

    LayerNorm starts with equal weights everywhere, so the exporter stores one of them and refers to it.
    """
    (out / "onnx").mkdir()
    torch.manual_seed(2)
    config = tiny(hidden_size=16, intermediate_size=24, num_attention_heads=4, layer_norm_eps=1e-6)
    config._attn_implementation = "eager"
    model = BertModel(config).eval()
    # Every bias is zero at first; different ones show that each came to its place. The LayerNorms stay equal.
    for name, parameter in model.named_parameters():
        if name.endswith("bias") and "LayerNorm" not in name:
            torch.nn.init.normal_(parameter)
    ids = torch.ones(1, 5, dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Wrapper(model),
            (ids, ids, ids),
            str(out / "onnx" / "model.onnx"),
            input_names=["input_ids", "attention_mask", "token_type_ids"],
            output_names=["last_hidden_state", "pooled"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ["input_ids", "attention_mask", "token_type_ids"]},
            opset_version=14,
            dynamo=False,
        )
    save_file(dict(model.state_dict()), out / "onnx" / "expected.safetensors", metadata={"format": "pt"})
    config.save_pretrained(out / "onnx")
    (out / "onnx" / "config.json").rename(out / "onnx" / "expected.json")


class Wrapper(torch.nn.Module):
    """Gives a tuple, which the exporter needs."""

    def __init__(self, model):
        super().__init__()
        self.bert = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        # A 4-D mask, because the making of one cannot be traced.
        mask = (1.0 - attention_mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        result = self.bert(input_ids=input_ids, attention_mask=mask, token_type_ids=token_type_ids)
        return result.last_hidden_state, result.pooler_output


def tiny(**sizes):
    defaults = dict(vocab_size=40, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=12)
    return BertConfig(**{**defaults, **sizes})


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=False)
    dtypes(out)
    sharded(out)
    onnx(out)


if __name__ == "__main__":
    main()
