"""The rows of the data sets' tests are those that Python's datasets and scikit-learn draw."""

from golden import check

check("golden_rows.py", "data/src/test/resources/golden/rows")
