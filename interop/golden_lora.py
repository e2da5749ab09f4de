"""Writes the golden files of LoRA: adapters by PEFT with the logits they give, their beginning, and trainings.

    python interop/golden_lora.py OUTDIR            all
    python interop/golden_lora.py OUTDIR FAMILY …   only the folders of these families

OUTDIR is core/src/test/resources/golden/lora in the repository. The models are those that golden_models.py wrote. On the
same versions the output is the same to the byte.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from datasets import Dataset
from golden_models import (
    LABELS,
    NO_DROPOUT,
    SEED,
    SEEDS,
    TRAINING_MAX_TOKENS,
    TRAINING_ROWS,
    RecordingTrainer,
    encode,
    run_cases,
    training_arguments,
    write_json,
)
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, set_seed

MODELS = Path(__file__).parent.parent / "core/src/test/resources/golden/models"

# Where PEFT has no targets: what computes the same. None is PEFT's own choice.
TARGETS = {
    "albert": ["query", "value"], "camembert": ["query", "value"], "distilbert": ["q_lin", "v_lin"],
    "mpnet": ["attn.q", "attn.v"], "modernbert": ["Wqkv"],
}
# All of what comes after the last layer.
HEADS = {
    "bert": ["pooler", "classifier"], "albert": ["pooler", "classifier"], "deberta": ["pooler", "classifier"],
    "deberta-v2": ["pooler", "classifier"], "distilbert": ["pre_classifier", "classifier"], "modernbert": ["head", "classifier"],
}
RATE = 5e-3


def config(family, rank, alpha, targets=None, **more):
    return LoraConfig(
        task_type="SEQ_CLS", r=rank, lora_alpha=alpha, target_modules=targets or TARGETS.get(family),
        modules_to_save=HEADS.get(family, ["classifier"]), **more,
    )


def is_head(family, name):
    return any(f".{module}." in f".{name}." for module in HEADS.get(family, ["classifier"]))


@torch.no_grad()
def randomize(model, seed):
    """What is trained, so that an update is about as large as the weight."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_((1 if name.endswith("norm.modules_to_save.default.weight") else 0) + noise * 0.25)
    return model


def random_adapter(family, seed, out, **options):
    """An adapter of the model of odd sizes, and the logits of both."""
    base = MODELS / family / "odd" / "model"
    model = AutoModelForSequenceClassification.from_pretrained(base)
    randomize(get_peft_model(model, config(family, 3, 5, **options)), seed).save_pretrained(out)
    (out / "README.md").unlink()
    file = out / "adapter_config.json"
    said = json.loads(file.read_text())
    # In one order; and beside the adapter, so that the folders can be moved together.
    said |= {"target_modules": sorted(said["target_modules"]), "modules_to_save": sorted(set(said["modules_to_save"]))}
    said["base_model_name_or_path"] = f"../../../models/{family}/odd/model"
    file.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")
    loaded = PeftModel.from_pretrained(AutoModelForSequenceClassification.from_pretrained(base), out)
    cases = run_cases(loaded, AutoTokenizer.from_pretrained(base))["cases"]
    return [{"text": c["text"], "pair": c["pair"], "logits": c["logits"]} for c in cases]


def beginning(family):
    """The first and the last number of each A after manual_seed and get_peft_model, for all linear layers."""
    model = AutoModelForSequenceClassification.from_pretrained(MODELS / family / "odd" / "model")
    linears = [n for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and not is_head(family, n)]
    torch.manual_seed(SEED)
    wrapped = get_peft_model(model, config(family, 3, 8, linears))
    drawn = {n: p for n, p in wrapped.named_parameters() if ".lora_A." in n}
    assert all(int(p.count_nonzero()) == 0 for n, p in wrapped.named_parameters() if ".lora_B." in n)
    short = lambda name: name.removeprefix("base_model.model.").removesuffix(".lora_A.default.weight")
    return [{"layer": short(n), "first": float(p.detach().flatten()[0]), "last": float(p.detach().flatten()[-1])} for n, p in drawn.items()]


def training(family, file):
    """20 steps of the real Trainer with a model by PEFT, nothing dropped."""
    base = MODELS / family / "base"
    set_seed(SEED)
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(LABELS), **NO_DROPOUT[family])
    torch.manual_seed(SEED)
    model = get_peft_model(model, config(family, 4, 8))
    tokenizer = AutoTokenizer.from_pretrained(base)
    rows, columns = [], []
    for i, (text, label) in enumerate(TRAINING_ROWS):
        ids, types = encode(tokenizer, model, text, None, TRAINING_MAX_TOKENS)
        rows.append({"text": text, "label": label})
        column = {"row": i, "input_ids": ids, "attention_mask": [1] * len(ids), "labels": label}
        columns.append(column if types is None else column | {"token_type_ids": types})
    dataset = Dataset.from_list(columns)
    options = dict(
        seed=SEED, per_device_train_batch_size=4, per_device_eval_batch_size=8, learning_rate=RATE,
        lr_scheduler_type="linear", weight_decay=0.01, warmup_steps=3, max_grad_norm=1.0, max_steps=20,
    )
    with tempfile.TemporaryDirectory() as temporary:
        trainer = RecordingTrainer(
            model=model, args=training_arguments(temporary, label_names=["labels"], **options), train_dataset=dataset,
            eval_dataset=dataset, data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
        loss = trainer.evaluate()["eval_loss"]
    trained = get_peft_model_state_dict(model, save_embedding_layers=False)
    save_file({name: tensor.detach().contiguous() for name, tensor in sorted(trained.items())}, file, {"format": "pt"})
    steps = [{name: step[name] for name in ("loss", "learningRate", "gradientNorm")} for step in trainer.records]
    return {"options": options | {"max_tokens": TRAINING_MAX_TOKENS}, "rows": rows, "steps": steps, "evalLoss": loss}


def main(out, families):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for family in families or SEEDS:
        folder = out / family
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        golden = {"cases": random_adapter(family, SEEDS[family], folder / "adapter"), "beginning": beginning(family)}
        if family == "bert":
            pickled = folder / "pickled"  # as older versions of PEFT save it
            pickled.mkdir()
            shutil.copy(folder / "adapter" / "adapter_config.json", pickled)
            torch.save(load_file(folder / "adapter" / "adapter_model.safetensors"), pickled / "adapter_model.bin")
        if family == "bert":  # many layers, and the other scale
            golden["dense"] = random_adapter(
                family, 50, folder / "dense", targets=["attention.output.dense", "intermediate.dense", "key"], use_rslora=True,
            )
        write_json(golden, folder / "golden.json")
        write_json(training(family, folder / "trained.safetensors"), folder / "training.json")


if __name__ == "__main__":
    unknown = set(sys.argv[2:]) - set(SEEDS)
    if len(sys.argv) < 2 or unknown:
        sys.exit(f"usage: python interop/golden_lora.py OUTDIR [FAMILY …], of {', '.join(SEEDS)}")
    main(Path(sys.argv[1]), sys.argv[2:])
