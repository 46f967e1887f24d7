"""Forms of Silon."""
