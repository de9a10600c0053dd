"""One run: a scenario lived with its seeds, in workers, measured, kept in tables and a folder."""
