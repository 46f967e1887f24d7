"""Pages of Sirekap, a folder or file a noun."""
