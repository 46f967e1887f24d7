"""The writers of Sipol."""
