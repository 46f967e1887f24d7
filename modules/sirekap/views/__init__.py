"""Pages of Sirekap."""
