"""The law of candidacy as pure functions; each names its article."""
