"""The only writers of JDIH."""
