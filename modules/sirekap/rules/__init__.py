"""The law of results as pure functions: thresholds, seats, winners, ties, and the audit of the outcome."""
