"""The best design for a budget: an optimiser looks for designs, fresh luck tells how surely each is best."""
