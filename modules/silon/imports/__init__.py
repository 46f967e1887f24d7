"""Files of candidates: their columns, how they are sealed, checked, and brought."""
