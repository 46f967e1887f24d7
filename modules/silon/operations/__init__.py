"""The only writers of Silon."""
