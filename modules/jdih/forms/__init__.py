"""Forms of JDIH, by noun."""
