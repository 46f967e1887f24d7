"""The law of results as pure functions: the recap, thresholds, seats, winners, ties, the audit."""
