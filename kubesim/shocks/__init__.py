"""What the world does to a district: one shock a file, found by itself."""
