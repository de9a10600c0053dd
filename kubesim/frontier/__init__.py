"""The best design for a budget: an optimiser looks for designs, fresh luck tells which is best and how surely."""
