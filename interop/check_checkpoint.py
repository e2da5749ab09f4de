"""The golden checkpoint files are what safetensors and torch write."""

from golden import check

check("golden_checkpoint.py", "core/src/test/resources/golden/checkpoint", tolerance=0.0)
