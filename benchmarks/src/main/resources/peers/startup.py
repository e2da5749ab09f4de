"""A program that predicts one text: python startup.py FOLDER TEXT"""

import json
import sys

from transformers import pipeline

classify = pipeline("text-classification", model=sys.argv[1], device="cpu")
print(json.dumps(classify(sys.argv[2])[0]), flush=True)
