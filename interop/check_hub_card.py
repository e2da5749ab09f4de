"""huggingface_hub reads the model card that Java wrote, and Java keeps what Python and a person changed in it."""

import csv
import sys
import tempfile
from pathlib import Path

import yaml
from golden_texts import LABELS, TRAINING_ROWS
from huggingface_hub import ModelCard, metadata_load, metadata_save
from huggingface_hub.repocard import REGEX_YAML_BLOCK
from huggingface_hub.repocard_data import eval_results_to_model_index, model_index_to_eval_results
from java import build, java
from transformers import pipeline

BASE = Path("core/src/test/resources/golden/models/bert/base")


def expect(condition, message):
    if not condition:
        sys.exit(message)


def train(data, folder, *options):
    return java(
        "train", "--checkpoint", BASE, "--train", data, "--test", data, "--epochs", 1, "--learning-rate", "1e-3", "--max-tokens", 32,
        "--output", folder, "--card", "tester/emotions", "--json", *options,
    )


def check_first(card, figures):
    data = card.data
    expect(data.language == ["no", "en"], f"language: {data.language}")  # PyYAML takes a bare no for a boolean
    expect(data.license == "apache-2.0", f"license: {data.license}")
    expect(data.library_name == "transformers" and data.pipeline_tag == "text-classification", f"{data.to_dict()}")
    expect(data.tags == ["afina"] and data.metrics[:2] == ["accuracy", "f1"], f"tags {data.tags}, metrics {data.metrics}")
    expect("base_model" not in data.to_dict(), "a local folder is no model of the Hub")
    results = {result.metric_type: result for result in data.eval_results}
    expect(len(results) == 5 and len(data.eval_results) == 5, f"results: {data.eval_results}")
    for result in results.values():
        result.validate() if hasattr(result, "validate") else None
        expect(result.task_type == "text-classification" and result.dataset_type and result.dataset_name == "train: rows.csv", f"{result}")
        expect(isinstance(result.metric_value, float), f"{result.metric_type}: {result.metric_value!r} is no number")
    expect(abs(results["accuracy"].metric_value - figures["accuracy"]) < 1e-6, f"accuracy {results['accuracy'].metric_value}, Java said {figures}")
    expect(data.model_name == "emotions", f"model name: {data.model_name}")
    index = eval_results_to_model_index(data.model_name, data.eval_results)
    _, again = model_index_to_eval_results(index)
    expect(again == data.eval_results, "model-index does not come back from huggingface_hub as it went in")
    for needed in ("## How to use", "## Intended use and limits", "## Data", "## Results", "## Training", "## Versions", "| Label | Precision |", "Truth \\ predicted"):
        expect(needed in card.text, f"the text has no {needed!r}")


def main():
    build()
    with tempfile.TemporaryDirectory() as work:
        data, folder = Path(work, "train: rows.csv"), Path(work, "model")
        with data.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([("text", "label"), *((text, LABELS[label]) for text, label in TRAINING_ROWS)])
        figures = train(data, folder, "--language", "no,en", "--license", "apache-2.0")
        file = folder / "README.md"
        text = file.read_text(encoding="utf-8")
        expect(REGEX_YAML_BLOCK.search(text), "no metadata by the Hub's own pattern")
        check_first(ModelCard.load(file), figures)
        expect(metadata_load(file) == yaml.safe_load(REGEX_YAML_BLOCK.search(text).group(2)), "metadata_load reads something else")

        # huggingface_hub writes the metadata anew, in its own spelling; Java still knows what is whose.
        metadata = metadata_load(file)
        metadata["license"] = "cc-by-4.0"
        metadata["tags"] = ["afina", "by-hand"]
        metadata["co2_eq_emissions"] = {"emissions": 1.5}
        metadata_save(file, metadata)
        text = file.read_text(encoding="utf-8").replace("## Intended use and limits", "## Intended use and limits\n\nChecked by a person.")
        file.write_text(text + "\n## A section by hand\n\nStays.\n", encoding="utf-8")
        figures = train(data, folder, "--language", "no,en", "--license", "apache-2.0", "--seed", 7)
        card = ModelCard.load(file)
        expect(card.data.license == "cc-by-4.0" and card.data.tags == ["afina", "by-hand"], f"{card.data.to_dict()}")
        expect(card.data.to_dict()["co2_eq_emissions"] == {"emissions": 1.5}, f"{card.data.to_dict()}")
        expect("Checked by a person." in card.text and "## A section by hand\n\nStays." in card.text, "a person's text is gone")
        expect("| Seed | 7 |" in card.text and "| Seed | 42 |" not in card.text, "the options of the second training are not there")
        accuracy = [r.metric_value for r in card.data.eval_results if r.metric_type == "accuracy"]
        expect(len(accuracy) == 1 and abs(accuracy[0] - figures["accuracy"]) < 1e-6, f"accuracies {accuracy}, Java said {figures['accuracy']}")
        expect(pipeline("text-classification", model=str(folder), device="cpu")("what a day")[0]["label"] in LABELS, "the model does not load")
    print("a card read by huggingface_hub: 5 results; edits by Python and by hand kept, the rest regenerated")


if __name__ == "__main__":
    main()
