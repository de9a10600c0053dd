"""What an experiment's file may say of its seeds, its design and its spans, section by section."""

from __future__ import annotations

from typing import Literal

from kubesim.units import Grade, Section, value

KEEP = ("final", "monthly", "households")
MOST_SEED = 2**62


class Seeds(Section):
    """The luck to try at every point."""

    first: int = value(1, "seed", "first seed; the others follow it", low=0, high=MOST_SEED)
    count: int = value(10, "seeds", "runs of each point in each scenario", low=1, high=1_000_000)
    fresh: bool = value(False, "yes or no", "luck of its own for every point; by default all points share "
                        "theirs, so that they differ by their values only")


class Design(Section):
    """How points are chosen among the spans; lists of values are tried in every combination."""

    kind: Literal["grid", "lhs", "sobol", "morris", "csv"] = value("grid", "name", "how points are chosen")
    levels: int = value(5, "levels", "equal steps into which a grid cuts a span, both ends included",
                        low=2, high=10_000)
    points: int | tuple[int, ...] | None = value(
        None, "points", "points of a Latin hypercube, or base points (a power of 2) of a Sobol design; "
        "hypercubes of their own one after another as a list, as in [100, 50]")
    trajectories: int | None = value(None, "trajectories", "trajectories of a Morris design", low=2,
                                     high=1_000_000)
    file: str | None = value(None, "file", "of a csv design: a row a point, a column a dotted path")
    seed: int = value(1, "seed", "of the design's own draw", low=0, high=MOST_SEED)


class Span(Section):
    """From where to where a value goes, and how likely each value is."""

    low: float = value(..., "the value's own unit", "lowest value")
    high: float = value(..., "the value's own unit", "highest value")
    distribution: Literal["uniform", "loguniform"] = value(
        "uniform", "name", "all values alike, or alike in the logarithm")
    source: str = value("", "text", "where the span comes from")
    grade: Grade | None = value(None, "name", "how far it may be trusted")
    note: str = value("", "text", "anything else worth knowing")


class Terms(Section):
    """An experiment, but for its scenarios, levers, uncertainties and constraints."""

    name: str = value("Experiment", "text", "what to call it")
    about: str = value("", "text", "the question that it answers")
    months: int | None = value(None, "months", "months after month 0, instead of the scenario's",
                               low=1, high=600)
    seeds: Seeds = Seeds()
    design: Design = Design()
    outcomes: tuple[str, ...] = value(("poverty_rate", "poverty_gap", "welfare", "groups_active"), "names",
                                      "what is measured")
    keep: Literal["final", "monthly", "households"] = value(
        "final", "name", "outcomes of the last month; of every month; or of every month, with every "
        "household as it is in the last one")
