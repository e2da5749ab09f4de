"""The golden files of torch.save are what torch writes, and the logits beside them what transformers computes."""

from golden import check

check("golden_bin.py", "core/src/test/resources/golden/bin", makes_folder=True, tolerance=1e-5)
