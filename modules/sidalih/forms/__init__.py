"""Forms of Sidalih."""
