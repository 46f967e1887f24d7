"""The law that JDIH follows, as pure functions."""
