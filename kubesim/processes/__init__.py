"""What happens each month: one rule or one family of rules a file."""
