"""Forms of Sirekap's pages."""
