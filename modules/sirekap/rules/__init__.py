"""The law of the recap as pure functions."""
