"""What is measured: outcomes, grouped by subject, found by themselves."""
