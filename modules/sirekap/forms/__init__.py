"""Forms of Sirekap."""
