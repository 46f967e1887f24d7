"""The only writers of Sidalih."""
