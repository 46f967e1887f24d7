"""The writers of verification."""
