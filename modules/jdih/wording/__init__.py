"""What JDIH calls things on screen, by noun."""
