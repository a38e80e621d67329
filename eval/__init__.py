"""How much replies resemble a person: a run and its test split to a report."""
