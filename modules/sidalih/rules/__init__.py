"""The law of the voter list as pure functions."""
