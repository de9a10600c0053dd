"""Money: what designs cost, what that buys, how sure that is, and which design buys it best.

Everything works on tidy tables of paired runs, whatever made them.
"""
