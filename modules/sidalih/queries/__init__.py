"""Reads of Sidalih for pages, files and exports."""
