"""Reads of Sirekap."""
