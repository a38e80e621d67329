"""Chat logs to a dataset: readers, cleaning, examples, splits. Never imports torch."""
