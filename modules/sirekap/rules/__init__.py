"""The law of the recap and of results as pure functions: ladder, thresholds, seats, winners, ties, audits."""
