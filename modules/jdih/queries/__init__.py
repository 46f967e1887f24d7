"""Reads of JDIH for pages, feeds and exports."""
