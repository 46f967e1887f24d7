"""The only writers of Sirekap."""
