"""The golden file of the metrics is what scikit-learn computes."""

from golden import check

check("golden_metrics.py", "metrics/src/test/resources", tolerance=1e-12, complete=False)
