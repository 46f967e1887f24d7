"""Forms of verification."""
