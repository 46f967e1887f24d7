"""Commands of Sidalih beside the import."""
