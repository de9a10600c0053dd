"""Which assumptions an effect hangs on: factors, designs, evaluation, indices, words, picture."""
