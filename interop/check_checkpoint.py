"""The golden checkpoint files are what safetensors, transformers and torch write."""

from golden import check

check("golden_checkpoint.py", "core/src/test/resources/golden/checkpoint", makes_folder=True, tolerance=1e-6)
