"""The golden files of the tokenizers' families are what transformers gives for their vocabularies."""

from golden import check

check(
    "golden_tokenizer_families.py",
    "tokenization/src/test/resources/dev/afina/tokenization/families",
    tolerance=0.0,
    complete=False,  # the vocabularies beside them are not written
)
