"""Pages of JDIH."""
