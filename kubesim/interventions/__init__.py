"""What a programme can do: one intervention a file, found by itself."""
