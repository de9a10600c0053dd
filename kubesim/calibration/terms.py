"""What a calibration's file may say, section by section."""

from __future__ import annotations

from typing import Literal

from kubesim.units import Grade, Section, share, value


class Luck(Section):
    """The luck to try: the seed that all luck is made of, and runs for each set of parameters."""

    first: int = value(1, "", "seed of the calibration: the same one gives the same posterior",
                       low=0, high=2**62)
    count: int = value(1, "seeds", "runs that are averaged for each set of parameters, each with a seed of "
                       "its own that is made of the first one", low=1, high=1000)


class Stop(Section):
    """When the search ends before its last generation."""

    simulations: int | None = value(None, "simulations", "simulations at most, the final check left out",
                                    low=2, high=100_000_000)
    acceptance: float = share(0.02, "share of simulations accepted below which a generation is given up")
    distance: float = value(0.0, "half widths", "distance that is near enough", low=0, high=10)


class Span(Section):
    """What is believed of a parameter before the data are looked at."""

    low: float = value(..., "the parameter's own unit", "lowest value")
    high: float = value(..., "the parameter's own unit", "highest value")
    distribution: Literal["uniform", "loguniform", "normal"] = value(
        "uniform", "name", "shape between the two: uniform; uniform in the logarithm; normal, cut off at both")
    mean: float | None = value(None, "the parameter's own unit", "mean of a normal one")
    sd: float | None = value(None, "the parameter's own unit", "standard deviation of a normal one", above=0)
    source: str = value("", "text", "where the belief comes from")
    grade: Grade | None = value(None, "name", "how far it may be trusted")
    note: str = value("", "text", "why the parameter is calibrated, or anything else worth knowing")


class Terms(Section):
    """A calibration, but for its priors and targets."""

    name: str = value("Calibration", "text", "what to call it")
    about: str = value("", "text", "the question that it answers")
    seeds: Luck = Luck()
    households: int = value(1000, "households", "households on the register of each arm", low=50, high=1_000_000)
    particles: int = value(150, "draws", "draws that each generation keeps", low=2, high=100_000)
    generations: int = value(8, "generations", "generations at most", low=1, high=100)
    check: int = value(100, "draws", "draws from the posterior that are simulated anew in the end",
                       low=0, high=100_000)
    stop: Stop = Stop()
