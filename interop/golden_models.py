"""Writes the golden files of the encoders, the head initialisation and the training loop.

    python interop/golden_models.py OUTDIR            all
    python interop/golden_models.py OUTDIR FAMILY …   only the folders of these families

OUTDIR is core/src/test/resources/golden/models in the repository. The models are tiny and random; every number comes
from transformers, accelerate and torch. On the same versions the output is the same to the byte.
"""

import collections
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import torch
import transformers
from datasets import Dataset
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AlbertConfig,
    AlbertTokenizer,
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertTokenizer,
    CamembertConfig,
    CamembertTokenizer,
    DataCollatorWithPadding,
    DebertaConfig,
    DebertaTokenizer,
    DebertaV2Config,
    DebertaV2Tokenizer,
    DistilBertConfig,
    DistilBertTokenizer,
    ElectraConfig,
    ElectraTokenizer,
    ModernBertConfig,
    MPNetConfig,
    MPNetTokenizer,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaTokenizer,
    Trainer,
    TrainingArguments,
    XLMRobertaConfig,
    XLMRobertaTokenizer,
    set_seed,
)
from transformers.activations import ACT2FN
from transformers.models.deberta_v2.modeling_deberta_v2 import build_relative_position

sys.path.insert(0, str(Path(__file__).parent))
from golden_texts import CASES, LABELS, TRAINING_ROWS

MAX_TOKENS = 64
TRAINING_MAX_TOKENS = 24
SEED = 42
SIZES = dict(vocab=300, hidden=32, layers=2, heads=4, feed_forward=64)
# Widths that are no multiple of 64, 32 or 8, nor are those of query, key and value together: some processors' kernels
# are wrong for what is left after whole blocks.
ODD_SIZES = SIZES | dict(hidden=39, heads=3, feed_forward=141)
WEIGHT_STD = 0.3  # far above initializer_range, so that a mistake shows in the logits

# The bias of the keys adds one constant to all scores of a query, so its gradient is 0 but for rounding, which Adam
# then blows up to whole steps: its value after training means nothing.
KEY_BIAS = re.compile(r"(key|k_lin|pos_key_proj|attn\.k)\.bias$")

# (learning rate, weight decay) of the two training runs. At the first, usual pair a wrong weight decay or epsilon moves
# the losses by less than 1e-4; at the second every such mistake moves them by 2e-4 at least, rounding by 3e-6.
USUAL = (5e-4, 0.01)
STRONG = (5e-3, 0.1)
# For families that carry rounding on further: at 5e-3 weights that differ by 1e-7 move ELECTRA's losses by 1e-4,
# ALBERT's by 3e-4 and ModernBERT's by 7e-5, in transformers alone; at 2e-3 by 3e-6, of ModernBERT by 2e-5, where the
# mistakes above move its losses by 4.5e-4 at least.
LESS_STRONG = (2e-3, 0.1)

# By family: the seed of its weights; those of the odd sizes and the variant are 20 and 40 more.
SEEDS = {
    "bert": 1,
    "distilbert": 2,
    "roberta": 3,
    "xlm-roberta": 4,
    "camembert": 5,
    "electra": 6,
    "albert": 7,
    "mpnet": 8,
    "deberta-v2": 9,
    "modernbert": 10,
    "deberta": 11,
}

NO_BERT_DROPOUT = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
NO_DROPOUT = {
    "bert": NO_BERT_DROPOUT,
    "roberta": NO_BERT_DROPOUT,
    "distilbert": {"dropout": 0.0, "attention_dropout": 0.0, "seq_classif_dropout": 0.0},
    "xlm-roberta": NO_BERT_DROPOUT,
    "camembert": NO_BERT_DROPOUT,
    "electra": NO_BERT_DROPOUT | {"classifier_dropout": 0.0},
    "albert": NO_BERT_DROPOUT | {"classifier_dropout_prob": 0.0},
    "mpnet": NO_BERT_DROPOUT,
    "deberta-v2": NO_BERT_DROPOUT | {"pooler_dropout": 0.0},
    "deberta": NO_BERT_DROPOUT | {"pooler_dropout": 0.0},
    "modernbert": {
        "embedding_dropout": 0.0, "attention_dropout": 0.0, "mlp_dropout": 0.0, "classifier_dropout": 0.0,
    },
}

# The rates that only classifiers have, beside those above.
CLASSIFIER_DROPOUT = {
    "bert": ["classifier_dropout"], "roberta": ["classifier_dropout"], "xlm-roberta": ["classifier_dropout"],
    "camembert": ["classifier_dropout"], "deberta-v2": ["cls_dropout"], "deberta": ["cls_dropout"],
}

# What a family's first configuration, its odd sizes and its variant say beside the sizes.
OPTIONS = {
    "electra": dict(embedding_size=24),
    "albert": dict(embedding_size=24, num_hidden_layers=3),
    # As version 3 of DeBERTa, with buckets that these short texts get to the end of.
    "deberta-v2": dict(
        relative_attention=True, position_buckets=16, max_relative_positions=-1, norm_rel_ebd="layer_norm",
        share_att_key=True, pos_att_type="p2c|c2p", position_biased_input=False, type_vocab_size=0, num_hidden_layers=3,
    ),
    "modernbert": dict(num_hidden_layers=3),
    "deberta": dict(relative_attention=True, pos_att_type="c2p|p2c", position_biased_input=False, num_hidden_layers=3),
}
ODD_OPTIONS = {
    "electra": dict(embedding_size=39),  # as wide as the layers: no projection
    "albert": dict(embedding_size=17, num_hidden_layers=3, num_hidden_groups=2),
    # As version 2, with what it can have beside; distances end before the longest text.
    "deberta-v2": dict(
        relative_attention=True, max_relative_positions=20, pos_att_type=["c2p", "p2c"], position_biased_input=True,
        type_vocab_size=2, embedding_size=24, conv_kernel_size=3, conv_act="gelu",
    ),
    "modernbert": dict(hidden_size=42, intermediate_size=71),  # heads of an even number; halves of an odd one
    # Distances end before the longest text.
    "deberta": dict(
        relative_attention=True, max_relative_positions=20, pos_att_type=["p2c", "c2p"], type_vocab_size=2, embedding_size=24,
    ),
}
VARIANTS = {
    "electra": dict(embedding_size=17, hidden_act="relu", type_vocab_size=3, classifier_dropout=0.2),
    "albert": dict(
        embedding_size=32, num_hidden_layers=3, num_hidden_groups=2, inner_group_num=2, hidden_act="relu",
        layer_norm_eps=1e-5,
    ),
    # Long enough for the last bucket of distances, which begins at 128 tokens.
    "mpnet": dict(hidden_act="gelu_new", layer_norm_eps=1e-5, max_position_embeddings=162),
    "deberta-v2": dict(
        relative_attention=True, position_buckets=9, max_relative_positions=40, pos_att_type="p2c", conv_kernel_size=5,
        conv_groups=4, position_biased_input=False, type_vocab_size=3, pooler_hidden_act="tanh", pooler_dropout=0.1,
        hidden_act="relu", layer_norm_eps=1e-5, norm_rel_ebd="none",
    ),
    "deberta": dict(
        relative_attention=True, max_relative_positions=9, pos_att_type="p2c", position_biased_input=False,
        type_vocab_size=3, pooler_hidden_act="tanh", pooler_dropout=0.1, hidden_act="relu", layer_norm_eps=1e-5,
    ),
    # All that is off by default, and a window that few texts fit into.
    "modernbert": dict(
        num_hidden_layers=3, classifier_pooling="mean", attention_bias=True, mlp_bias=True, norm_bias=True,
        classifier_bias=True, hidden_activation="silu", classifier_activation="relu", norm_eps=1e-6, local_attention=5,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        rope_parameters={
            "full_attention": {"rope_type": "default", "rope_theta": 500.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 70.0},
        },
    ),
}


# ---- tokenizers -----------------------------------------------------------------------------------------------------


def corpus():
    return [text for text, _ in TRAINING_ROWS] + [t for case in CASES for t in case if t]


BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def wordpiece_vocabulary(size, special=BERT_SPECIAL):
    """Characters, then the most frequent words and word endings. Not trained by `tokenizers`, whose WordPiece trainer
    numbers pieces in the order of a hash map."""
    pieces = list(special)
    characters = "abcdefghijklmnopqrstuvwxyz0123456789"
    pieces += list("!#'(),-./:;?@") + list(characters) + ["##" + c for c in characters]
    pieces += ["今", "天", "東", "##م"]
    words = collections.Counter(w for text, _ in TRAINING_ROWS for w in re.findall("[a-z]+", text.lower()))
    endings = collections.Counter()
    for word, count in words.items():
        for start in range(1, len(word) - 1):
            endings["##" + word[start:]] += count
    frequent = sorted(words.items(), key=lambda e: (-e[1], e[0]))
    room = size - len(pieces)
    chosen = [w for w, _ in frequent if len(w) > 1][: room * 2 // 3]
    chosen += [e for e, _ in sorted(endings.items(), key=lambda e: (-e[1], e[0]))][: room - len(chosen)]
    return pieces + chosen


def byte_level_bpe(size, special=("<s>", "<pad>", "</s>", "<unk>", "<mask>")):
    """(vocabulary, merges) of a byte-level BPE with the special tokens first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]


def unigram_pieces(family, size):
    """The likeliest pieces, with their scores, of the tokenizer that golden_tokenizer_families.py trained."""
    file = Path(__file__).parent.parent / "tokenization/src/test/resources/dev/afina/tokenization/families"
    with gzip.open(file / family / "tokenizer.json.gz") as packed:
        pieces = [tuple(piece) for piece in json.load(packed)["model"]["vocab"]]
    mask = [piece for piece in pieces[size:] if piece[0] == "<mask>"]  # not ALBERT's, which is at the beginning
    return pieces[: size - len(mask)] + mask


UNIGRAM = {"xlm-roberta": XLMRobertaTokenizer, "camembert": CamembertTokenizer, "albert": AlbertTokenizer, "deberta-v2": DebertaV2Tokenizer}


def modernbert_tokenizer(max_tokens):
    """Byte-level BPE with BERT's special tokens."""
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    vocab, merges = byte_level_bpe(400, special)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, lstrip=t == "[MASK]", normalized=False, special=True) for t in special])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=max_tokens, unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]", model_input_names=["input_ids", "attention_mask"],
    )


def new_tokenizer(family, max_tokens=MAX_TOKENS, typed=True):
    if family == "modernbert":
        return modernbert_tokenizer(max_tokens)
    if family == "roberta":
        vocab, merges = byte_level_bpe(400)
        return RobertaTokenizer(vocab=vocab, merges=merges, model_max_length=max_tokens)
    if family == "deberta":
        vocab, merges = byte_level_bpe(400, ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"])
        return DebertaTokenizer(vocab=vocab, merges=merges, model_max_length=max_tokens)
    if family in UNIGRAM:
        # ALBERT was trained with token types for pairs. Its class of transformers 5 keeps them back unless the files ask for them.
        named = dict(model_input_names=["input_ids", "token_type_ids", "attention_mask"]) if family == "albert" and typed else {}
        return UNIGRAM[family](vocab=unigram_pieces(family, SIZES["vocab"]), model_max_length=max_tokens, **named)
    if family == "mpnet":
        pieces = wordpiece_vocabulary(SIZES["vocab"], ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"])
        return MPNetTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, model_max_length=max_tokens)
    vocab = {piece: i for i, piece in enumerate(wordpiece_vocabulary(SIZES["vocab"]))}
    kind = {"bert": BertTokenizer, "distilbert": DistilBertTokenizer, "electra": ElectraTokenizer}[family]
    return kind(vocab=vocab, model_max_length=max_tokens)


# ---- models ---------------------------------------------------------------------------------------------------------


def new_config(family, vocab_size, sizes=SIZES, **more):
    labels = dict(id2label=dict(enumerate(LABELS)), label2id={name: i for i, name in enumerate(LABELS)})
    if family == "distilbert":
        return DistilBertConfig(
            vocab_size=vocab_size, dim=sizes["hidden"], n_layers=sizes["layers"], n_heads=sizes["heads"],
            hidden_dim=sizes["feed_forward"], max_position_embeddings=MAX_TOKENS, **labels, **more,
        )
    common = dict(
        vocab_size=vocab_size, hidden_size=sizes["hidden"], num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"], intermediate_size=sizes["feed_forward"],
    )
    robertas = {"roberta": RobertaConfig, "xlm-roberta": XLMRobertaConfig, "camembert": CamembertConfig}
    if family in robertas:
        start, end = (5, 6) if family == "camembert" else (0, 2)
        return robertas[family](
            max_position_embeddings=MAX_TOKENS + 2, type_vocab_size=1, layer_norm_eps=1e-5,
            pad_token_id=1, bos_token_id=start, eos_token_id=end, **common, **labels, **more,
        )
    if family == "mpnet":
        return MPNetConfig(**(dict(max_position_embeddings=MAX_TOKENS + 2) | common | labels | more))
    if family == "modernbert":
        return ModernBertConfig(**(
            dict(
                max_position_embeddings=MAX_TOKENS, local_attention=24, pad_token_id=3, bos_token_id=1, eos_token_id=2,
                cls_token_id=1, sep_token_id=2, global_attn_every_n_layers=2,
            ) | common | labels | more
        ))
    kind = {"bert": BertConfig, "deberta": DebertaConfig, "deberta-v2": DebertaV2Config, "electra": ElectraConfig, "albert": AlbertConfig}[family]
    return kind(**(dict(max_position_embeddings=MAX_TOKENS) | common | labels | more))


@torch.no_grad()
def randomize(model, seed, std=WEIGHT_STD):
    """Weights and embeddings normal(0, std), biases normal(0, 0.1), LayerNorm weights about 1: all visible."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() > 1:
            parameter.copy_(noise * std)
        elif re.search("(layer_?|attn_|mlp_|final_|\\.)norm.weight$", name, re.IGNORECASE):
            parameter.copy_(1 + noise * 0.2)
        else:
            parameter.copy_(noise * 0.1)
    return model


def save(model, tokenizer, folder):
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


# ---- golden numbers -------------------------------------------------------------------------------------------------


def floats(tensor):
    return [float(x) for x in tensor.detach().double().flatten()]


def encode(tokenizer, model, text, pair, max_tokens=MAX_TOKENS):
    encoding = tokenizer(text, pair, truncation=True, max_length=max_tokens)
    types = getattr(model.config, "type_vocab_size", 0) > 1
    return encoding["input_ids"], encoding.get("token_type_ids") if types else None


def padded(ids, types, pad):
    longest = max(len(x) for x in ids)
    fill = lambda rows, value: torch.tensor([row + [value] * (longest - len(row)) for row in rows])
    inputs = {"input_ids": fill(ids, pad), "attention_mask": fill([[1] * len(x) for x in ids], 0)}
    if types[0] is not None:
        inputs["token_type_ids"] = fill(types, 0)
    return inputs


@torch.no_grad()
def run_cases(model, tokenizer, max_tokens=MAX_TOKENS):
    model.eval()
    cases = []
    for text, pair in CASES:
        ids, types = encode(tokenizer, model, text, pair, max_tokens)
        logits = model(**padded([ids], [types], model.config.pad_token_id)).logits
        cases.append({"text": text, "pair": pair, "ids": ids, "typeIds": types, "logits": floats(logits)})
    indexes = [i for i, case in enumerate(cases) if case["pair"] is None]
    chosen = [cases[i] for i in indexes]
    inputs = padded([c["ids"] for c in chosen], [c["typeIds"] for c in chosen], model.config.pad_token_id)
    logits = model(**inputs).logits
    return {"cases": cases, "batch": {"indexes": indexes, "logits": [floats(row) for row in logits]}}


def run_gradients(family, folder, cases, file):
    """Train mode with every dropout at 0; the loss is the mean cross entropy over a padded batch."""
    model = AutoModelForSequenceClassification.from_pretrained(folder, **NO_DROPOUT[family]).train()
    indexes, labels = [0, 2, 4, 9], [1, 0, 2, 1]
    chosen = [cases[i] for i in indexes]
    inputs = padded([c["ids"] for c in chosen], [c["typeIds"] for c in chosen], model.config.pad_token_id)
    loss = model(**inputs, labels=torch.tensor(labels)).loss
    loss.backward()
    save_file({name: p.grad.contiguous() for name, p in model.named_parameters()}, file, {"format": "pt"})
    return {"indexes": indexes, "labels": labels, "loss": float(loss.detach()), "file": file.name}


def run_dropouts(family, folder):
    """Each call of dropout in training: where, at which rate, and of how many numbers.

    One text twice, so there is no padding. Where the logits do not depend on a row of the result, the row does not
    count: of the last layer most heads read the first token only.
    """
    options = list(NO_DROPOUT[family]) + CLASSIFIER_DROPOUT.get(family, [])
    rates = {option: (i + 2) / 20 for i, option in enumerate(options)}
    config = AutoConfig.from_pretrained(folder)
    for option, rate in rates.items():
        setattr(config, option, rate)  # from_pretrained takes only those that the class of the config names
    model = AutoModelForSequenceClassification.from_pretrained(folder, config=config, attn_implementation="eager").train()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encoded = [(text, *encode(tokenizer, model, text, None, TRAINING_MAX_TOKENS)) for text, _ in TRAINING_ROWS]
    # Short: ModernBERT's windows keep far tokens apart.
    text, ids, types = min((e for e in encoded if len(e[1]) > 5), key=lambda e: len(e[1]))

    within, calls = [], []
    for name, module in model.named_modules():
        module.register_forward_pre_hook(lambda *_, name=name: within.append(name))
        module.register_forward_hook(lambda *_: within.__delitem__(-1))

    def recording(x, p=0.5, training=True, inplace=False):
        if not training or p == 0:
            return x
        y = x.clone()
        y.retain_grad()
        calls.append((within[-1], p, y))
        return y

    dropout = torch.nn.functional.dropout
    torch.nn.functional.dropout = recording
    try:
        model(**padded([ids, ids], [types, types], model.config.pad_token_id)).logits.sum().backward()
    finally:
        torch.nn.functional.dropout = dropout
    counted = [
        {"module": module, "rate": p, "shape": list(y.shape), "used": int((y.grad != 0).any(-1).sum()) * y.shape[-1]}
        for module, p, y in calls
    ]
    return {"text": text, "config": rates, "calls": counted}


def head_init(folder, file):
    """The tensors that are new after set_seed(42) and from_pretrained(folder, num_labels=3)."""
    set_seed(SEED)
    model, info = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=3, output_loading_info=True)
    tensors = {name: model.get_parameter(name).detach().contiguous() for name in sorted(info["missing_keys"])}
    save_file(tensors, file, {"format": "pt"})
    return sorted(tensors)


# ---- the Trainer ----------------------------------------------------------------------------------------------------


class RecordingTrainer(Trainer):
    """The Trainer; only writes down what each step saw and did."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.records = []

    def training_step(self, model, inputs, *args, **kwargs):
        rows = inputs.pop("row").tolist()
        loss = super().training_step(model, inputs, *args, **kwargs)
        rate = self.optimizer.param_groups[0]["lr"]
        self.records.append({"rows": rows, "loss": float(loss), "learningRate": float(rate)})
        return loss

    def _clip_grad_norm(self, model):
        norm = super()._clip_grad_norm(model)
        self.records[-1]["gradientNorm"] = float(norm)
        return norm

    def prediction_step(self, model, inputs, *args, **kwargs):
        inputs.pop("row", None)
        return super().prediction_step(model, inputs, *args, **kwargs)


def training_arguments(folder, **more):
    return TrainingArguments(
        output_dir=folder, use_cpu=True, report_to="none", save_strategy="no", disable_tqdm=True, logging_steps=1000,
        remove_unused_columns=False, dataloader_pin_memory=False, **more,
    )


def run_training(family, folder, learning_rate, weight_decay):
    """50 steps of the real Trainer; exact losses, not the rounded ones of its log."""
    set_seed(SEED)
    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=3, **NO_DROPOUT[family])
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows, columns = [], []
    for i, (text, label) in enumerate(TRAINING_ROWS):
        ids, types = encode(tokenizer, model, text, None, TRAINING_MAX_TOKENS)
        rows.append({"text": text, "label": label, "ids": ids})
        column = {"row": i, "input_ids": ids, "attention_mask": [1] * len(ids), "labels": label}
        if types is not None:
            column["token_type_ids"] = types
        columns.append(column)
    dataset = Dataset.from_list(columns)
    options = dict(
        seed=SEED, per_device_train_batch_size=4, per_device_eval_batch_size=8, learning_rate=learning_rate,
        lr_scheduler_type="linear", weight_decay=weight_decay, warmup_steps=5, max_grad_norm=1.0, max_steps=50,
    )
    with tempfile.TemporaryDirectory() as temporary:
        trainer = RecordingTrainer(
            model=model, args=training_arguments(temporary, **options), train_dataset=dataset, eval_dataset=dataset,
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
        loss = trainer.evaluate()["eval_loss"]
    per_epoch = len(rows) // 4
    orders = [
        [row for step in trainer.records[e * per_epoch : (e + 1) * per_epoch] for row in step["rows"]] for e in range(3)
    ]
    for epoch, order in enumerate(orders):
        assert order == randperm(len(rows), SEED + epoch), (family, epoch)
    return {
        "options": options | {"max_tokens": TRAINING_MAX_TOKENS, "num_labels": 3, "config": NO_DROPOUT[family]},
        "rows": rows,
        "steps": trainer.records,
        "orders": [{"order": order} for order in orders],
        "evalLoss": loss,
        "parameterNorms": {
            name: float(p.detach().double().norm()) for name, p in model.named_parameters() if not KEY_BIAS.search(name)
        },
    }


def randperm(n, seed):
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist()


def run_orders():
    """The order of the rows in the Trainer's own data loader, three epochs."""
    orders = []
    model = torch.nn.Linear(1, 1)
    with tempfile.TemporaryDirectory() as temporary:
        for seed in (42, 7):
            for n in (10, 37, 1000):
                dataset = Dataset.from_dict({"row": list(range(n))})
                trainer = Trainer(
                    model=model, args=training_arguments(temporary, seed=seed), train_dataset=dataset,
                    data_collator=lambda features: {"row": [f["row"] for f in features]},
                )
                set_seed(seed)
                loader = trainer.get_train_dataloader()
                for epoch in range(3):
                    loader.set_epoch(epoch)
                    order = [row for batch in loader for row in batch["row"]]
                    assert order == randperm(n, seed + epoch), (n, seed, epoch)
                    orders.append({"rows": n, "seed": seed, "epoch": epoch, "order": order})
    return {"orders": orders}


# ---- files ----------------------------------------------------------------------------------------------------------


def write_json(value, file):
    """One line per element of a top-level list, so that a difference can be read."""
    parts = []
    for key, item in value.items():
        if isinstance(item, list):
            lines = ",\n".join("  " + json.dumps(x, ensure_ascii=False) for x in item)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n ]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}")
    file.write_text("{\n " + ",\n ".join(parts) + "\n}\n", encoding="utf-8")


def write_family(family, seed, out):
    tokenizer = new_tokenizer(family)
    config = new_config(family, len(tokenizer), **OPTIONS.get(family, {}))
    model = randomize(AutoModelForSequenceClassification.from_config(config), seed)
    folder = out / "model"
    save(model, tokenizer, folder)

    # AutoModel of BERT and RoBERTa has a pooler; the RoBERTa classifier has no use for it.
    base_config = new_config(family, len(tokenizer), **OPTIONS.get(family, {}))
    base_config.id2label = {0: "LABEL_0", 1: "LABEL_1"}
    base_config.label2id = {"LABEL_0": 0, "LABEL_1": 1}
    base = randomize(AutoModel.from_config(base_config), seed + 100)
    save(base, tokenizer, out / "base")

    tokenizer = AutoTokenizer.from_pretrained(folder)
    golden = run_cases(AutoModelForSequenceClassification.from_pretrained(folder), tokenizer)
    golden["gradients"] = run_gradients(family, folder, golden["cases"], out / "gradients.safetensors")
    golden["headInit"] = {"seed": SEED, "tensors": head_init(out / "base", out / "head_init.safetensors")}
    if family == "bert":
        (out / "base-no-pooler").mkdir()
        no_pooler = AutoModel.from_pretrained(out / "base", add_pooling_layer=False)
        no_pooler.save_pretrained(out / "base-no-pooler")
        file = out / "head_init_no_pooler.safetensors"
        golden["headInitNoPooler"] = {"seed": SEED, "tensors": head_init(out / "base-no-pooler", file)}
    write_json(golden, out / "golden.json")
    write_json(run_dropouts(family, folder), out / "dropouts.json")
    write_json(run_training(family, out / "base", *USUAL), out / "training.json")
    strong = LESS_STRONG if family in ("camembert", "electra", "albert", "mpnet", "modernbert") else STRONG
    write_json(run_training(family, out / "base", *strong), out / "training_strong.json")


def write_odd_sizes(family, seed, out):
    tokenizer = new_tokenizer(family)
    config = new_config(family, len(tokenizer), ODD_SIZES, **ODD_OPTIONS.get(family, {}))
    # Wider layers add up more; with 0.3 transformers itself is 1.3e-5 away from the same in float64.
    model = randomize(AutoModelForSequenceClassification.from_config(config), seed, std=0.25)
    save(model, tokenizer, out / "model")
    loaded = AutoModelForSequenceClassification.from_pretrained(out / "model")
    golden = run_cases(loaded, tokenizer)
    golden["gradients"] = run_gradients(family, out / "model", golden["cases"], out / "gradients.safetensors")
    write_json(golden, out / "golden.json")
    write_json(run_dropouts(family, out / "model"), out / "dropouts.json")


def write_variant(family, seed, out):
    """The family's own options, one with the other."""
    options = VARIANTS[family]
    # Only families that count positions from 2 say how many they have.
    max_tokens = options.get("max_position_embeddings", MAX_TOKENS + 2) - 2
    tokenizer = new_tokenizer(family, max_tokens, typed=False)
    config = new_config(family, len(tokenizer), **options)
    # As with odd sizes; ALBERT's six runs of a layer carry rounding on.
    std = WEIGHT_STD if family in ("deberta", "deberta-v2") else 0.2
    model = randomize(AutoModelForSequenceClassification.from_config(config), seed, std)
    save(model, tokenizer, out / "model")
    golden = run_cases(AutoModelForSequenceClassification.from_pretrained(out / "model"), tokenizer, max_tokens)
    golden["gradients"] = run_gradients(family, out / "model", golden["cases"], out / "gradients.safetensors")
    write_json(golden, out / "golden.json")
    write_json(run_dropouts(family, out / "model"), out / "dropouts.json")


def write_bert_variants(out):
    """Forms of a BERT checkpoint that are found on the Hub, beside the one that transformers writes today."""
    tokenizer = AutoTokenizer.from_pretrained(out / "model")
    tensors = load_file(out / "model" / "model.safetensors")

    # An old one: gamma and beta, keys of the language model, position ids, vocab.txt, no __metadata__.
    legacy = out / "legacy"
    legacy.mkdir()
    old = {
        re.sub("LayerNorm.bias$", "LayerNorm.beta", re.sub("LayerNorm.weight$", "LayerNorm.gamma", name)): tensor
        for name, tensor in tensors.items()
    }
    old["cls.predictions.bias"] = torch.linspace(-1, 1, tensors["bert.embeddings.word_embeddings.weight"].shape[0])
    old["bert.embeddings.position_ids"] = torch.arange(MAX_TOKENS).unsqueeze(0)
    save_file(old, legacy / "model.safetensors")
    config = json.loads((out / "model" / "config.json").read_text())
    for key in ("dtype", "transformers_version"):
        config.pop(key, None)
    (legacy / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (legacy / "vocab.txt").write_text("\n".join(wordpiece_vocabulary(SIZES["vocab"])) + "\n", encoding="utf-8")
    (legacy / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True, "model_max_length": 64}) + "\n")
    loaded = AutoModelForSequenceClassification.from_pretrained(legacy)
    for name, tensor in loaded.state_dict().items():
        assert torch.equal(tensor, tensors[name]), name
    write_json(run_cases(loaded, AutoTokenizer.from_pretrained(legacy)), legacy / "golden.json")

    half = out / "half"
    model = AutoModelForSequenceClassification.from_pretrained(out / "model", dtype=torch.float16)
    model.save_pretrained(half)
    loaded = AutoModelForSequenceClassification.from_pretrained(half, dtype=torch.float32)
    write_json(run_cases(loaded, tokenizer), half / "golden.json")

    variant = out / "variant" / "model"
    config = new_config("bert", len(tokenizer), hidden_act="relu", layer_norm_eps=1e-5, classifier_dropout=0.2)
    save(randomize(AutoModelForSequenceClassification.from_config(config), 9), new_tokenizer("bert"), variant)
    loaded = AutoModelForSequenceClassification.from_pretrained(variant)
    write_json(run_cases(loaded, tokenizer), out / "variant" / "golden.json")


def write_deberta_variants(family, out):
    """Attention with one term, and without: the scale is by the terms that are named, whether they are used or not."""
    tokenizer = new_tokenizer(family)
    variants = {
        "c2p": dict(relative_attention=True, pos_att_type="c2p", num_hidden_layers=1),
        "absolute": dict(relative_attention=False, pos_att_type="p2c|c2p"),
    }
    if family == "deberta-v2":
        variants["c2p"] |= dict(position_buckets=16, conv_kernel_size=3)
        variants["absolute"] |= dict(norm_rel_ebd="layer_norm")
    for seed, (name, options) in enumerate(variants.items(), start=71):
        config = new_config(family, len(tokenizer), **options)
        save(randomize(AutoModelForSequenceClassification.from_config(config), seed), tokenizer, out / name / "model")
        loaded = AutoModelForSequenceClassification.from_pretrained(out / name / "model")
        write_json(run_cases(loaded, tokenizer), out / name / "golden.json")


def write_deberta_rows(out):
    """Rows of the relative embedding by distance."""
    rows = {}
    for span, buckets, farthest in ((256, 256, 512), (16, 16, 64), (9, 9, 40), (20, -1, 20), (3, 3, 7), (2, 2, 512)):
        length = torch.zeros(600, 1)
        positions = build_relative_position(length, length, bucket_size=buckets, max_position=farthest)[0]
        distances = torch.cat([positions[0].flip(0), positions[1:, 0]])  # -599 to 599
        rows[f"{span} {buckets} {farthest}"] = torch.clamp(distances + span, 0, 2 * span - 1).tolist()
    write_json(rows, out / "rows.json")


def write_modernbert_head(out):
    """What a language model's checkpoint has: the head, but no classifier."""
    head = out / "base-head"
    base = AutoModelForSequenceClassification.from_pretrained(out / "model")
    tensors = {name: tensor for name, tensor in base.state_dict().items() if not name.startswith("classifier")}
    head.mkdir()
    save_file(tensors, head / "model.safetensors", {"format": "pt"})
    shutil.copy(out / "base" / "config.json", head)
    names = head_init(head, out / "head_init_classifier.safetensors")
    assert names == ["classifier.bias", "classifier.weight"], names


def write_activations(out):
    """Each activation that has no weights of its own: values, derivatives, and logits of a model that has it."""
    points = [-100.0, -12.5, -4.0, -3.0, -2.5, -1.0, -0.5, -1e-3, 1e-3, 0.5, 1.0, 2.5, 4.0, 5.5, 6.5, 9.5, 12.5, 25.0]
    text = "so happy today"
    tokenizer = AutoTokenizer.from_pretrained(out / "bert" / "model")
    activations = []
    for name in sorted(ACT2FN):
        function = ACT2FN[name]
        if list(function.parameters()):
            continue
        x = torch.tensor(points, requires_grad=True)
        y = function(x)
        (slopes,) = torch.autograd.grad(y.sum(), x)
        model = AutoModelForSequenceClassification.from_pretrained(out / "bert" / "model", hidden_act=name).eval()
        with torch.no_grad():
            logits = model(**tokenizer(text, return_tensors="pt")).logits
        activations.append({"name": name, "y": floats(y), "slope": floats(slopes), "logits": floats(logits)})
    write_json({"text": text, "x": points, "activations": activations}, out / "activations.json")


def main(out, families):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for family in families or SEEDS:
        seed = SEEDS[family]
        shutil.rmtree(out / family, ignore_errors=True)
        (out / family).mkdir(parents=True)
        write_family(family, seed, out / family)
        write_odd_sizes(family, seed + 20, out / family / "odd")
        if family in VARIANTS:
            write_variant(family, seed + 40, out / family / "variant")
        if family == "bert":
            write_bert_variants(out / "bert")
        if family in ("deberta", "deberta-v2"):
            write_deberta_variants(family, out / family)
        if family == "deberta-v2":
            write_deberta_rows(out / family)
        if family == "modernbert":
            write_modernbert_head(out / family)
    if not families:
        write_activations(out)
        write_json(run_orders(), out / "orders.json")


if __name__ == "__main__":
    unknown = set(sys.argv[2:]) - set(SEEDS)
    if len(sys.argv) < 2 or unknown:
        sys.exit(f"usage: python interop/golden_models.py OUTDIR [FAMILY …], of {', '.join(SEEDS)}")
    main(Path(sys.argv[1]), sys.argv[2:])
