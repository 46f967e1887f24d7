"""What pages, exports and rules read of parties."""
