"""The report of a comparison: one HTML file that opens offline and prints, and its pictures as files."""
