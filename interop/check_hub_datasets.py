"""Python's datasets, pandas and pyarrow read the data sets of the tests as Java does, and datasets takes the same files for the same splits."""

from golden import check

check("golden_splits.py", "data/src/test/resources/golden/datasets")
check("golden_parquet.py", "parquet/src/test/resources/golden")
check("golden_parquet_targets.py", "parquet/src/test/resources/targets")
check("golden_parquet_types.py", "parquet/src/test/resources/types")
