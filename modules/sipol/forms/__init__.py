"""Forms of Sipol."""
