"""The golden files of the metrics are what scikit-learn and scipy compute."""

from golden import check

check("golden_metrics.py", "metrics/src/test/resources", tolerance=1e-12, complete=False)
check("golden_figures.py", "metrics/src/test/resources", tolerance=1e-12, complete=False)
