"""Calibration: which values of the free parameters agree with what was published, and how surely.

Likelihood-free: the model is run with values drawn from priors, and values are kept the more readily the
nearer the run comes to the published figures (approximate Bayesian computation by sequential Monte Carlo;
Toni et al. 2009, J R Soc Interface 6:187-202), by pyABC (Schälte et al. 2022, JOSS 7(74):4304).
"""
