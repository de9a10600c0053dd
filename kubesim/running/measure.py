"""Measuring a state: every outcome for all rows, for members and others, and by district."""

from __future__ import annotations

from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Iterable, Iterator, Mapping

import numpy as np

from kubesim import outcomes as package
from kubesim.errors import ScenarioError
from kubesim.extensions import Outcome
from kubesim.state import State
from kubesim.table import Table

WHO = ("", "_members", "_non_members")
"""Column endings: all households, those put on a KUBE list at the start (whatever became of their
group, so that effects are by intention to treat), and the others."""


@cache
def known_outcomes() -> Mapping[str, Outcome]:
    """Every outcome in ``kubesim/outcomes``, by its name."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
    return {thing.name: thing for module in modules for thing in vars(module).values()
            if isinstance(thing, Outcome)}


def choose_outcomes(names: Iterable[str] | None) -> list[Outcome]:
    """The named outcomes with those they are computed from; all when none are named.

    Raises ScenarioError for a name that is no outcome.
    """
    known = known_outcomes()
    wanted = list(known) if names is None else list(dict.fromkeys(names))
    faults = [f"outcome '{name}' does not exist; there are: {', '.join(sorted(known))}"
              for name in wanted if name not in known]
    if faults:
        raise ScenarioError(faults)
    if any(known[name].table == "twin" for name in wanted):
        wanted += ["cost", "households_escaped", "consumption_total"]
    return [known[name] for name in dict.fromkeys(wanted)]


class Ranking:
    """Households in one order; a column is put in order once, however many samples ask for it."""

    def __init__(self, table: Table, order: np.ndarray) -> None:
        self._table, self.order = table, order
        self._columns: dict[str, np.ndarray] = {}

    def column(self, name: str) -> np.ndarray:
        """A column in this order, shape (replicates, rows)."""
        if name not in self._columns:
            self._columns[name] = _picked(getattr(self._table, name), self.order)
        return self._columns[name]


class Sample:
    """Sets of as many households each, a row a replicate and set, poorest first;
    ``sample.consumption`` gives that column for them."""

    def __init__(self, ranking: Ranking, places: np.ndarray | None = None, sets: int = 1) -> None:
        self._ranking, self._places, self._sets = ranking, places, sets

    def __getattr__(self, name: str) -> np.ndarray:
        column = self._ranking.column(name)
        if self._places is None:
            return column
        return _picked(column, self._places).reshape(len(column) * self._sets, -1)


def _picked(column: np.ndarray, places: np.ndarray) -> np.ndarray:
    """np.take_along_axis over rows at half its cost."""
    return np.take(column, places + column.shape[1] * np.arange(len(column))[:, None])


class Cells:
    """Rows of a table by who they are and where they live: sums over each and over all together.

    Rows mostly stand in order of (on a list or not, district), so that a cell is a run of rows; those
    of a table that does not (companions of several contracts) are put in order first.
    """

    def __init__(self, who: np.ndarray, district: np.ndarray, districts: int) -> None:
        self.code = who.astype(int) * districts + district
        sorts = (np.diff(self.code) < 0).any()
        self.order = np.argsort(self.code, kind="stable") if sorts else slice(None)
        in_order = self.code[self.order]
        self.starts = np.flatnonzero(np.diff(in_order, prepend=-1))
        self.codes = in_order[self.starts]
        self.districts = districts

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums, shape (replicates, 3 of WHO, 1 + districts), district 0 being all together."""
        out = np.zeros((values.shape[0], 3, 1 + self.districts))
        if len(self.starts):
            parts = np.zeros((values.shape[0], 2 * self.districts))
            parts[:, self.codes] = np.add.reduceat(values[:, self.order], self.starts, axis=1, dtype=float)
            out[:, 1:, 1:] = parts.reshape(-1, 2, self.districts)
        out[:, 0] = out[:, 1] + out[:, 2]
        out[:, :, 0] = out[:, :, 1:].sum(axis=2)
        return out

    def samples(self, ranking: Ranking) -> Iterator[tuple[np.ndarray, np.ndarray, Sample]]:
        """Sets of households by who and district, all together included, empty ones left out.

        Cells of one size come together, so that hundreds of districts cost few calls: ``who`` and
        ``district`` name the cells, the sample has (replicates x cells) rows, the cell running fastest.
        """
        yield np.array([0]), np.array([0]), Sample(ranking)
        for labels, meant in self._partitions:
            by_label = np.argsort(labels[ranking.order], axis=1, kind="stable")
            sizes = np.bincount(labels, minlength=len(meant))
            begins = np.cumsum(sizes) - sizes
            for size in np.unique(sizes[sizes > 0]):
                cells = np.flatnonzero(sizes == size)
                alone = slice(begins[cells[0]], begins[cells[0]] + size)            # needs no copy
                together = (begins[cells, None] + np.arange(size)).ravel()
                who, district = meant[cells].T
                yield who, district, Sample(
                    ranking, by_label[:, alone if len(cells) == 1 else together], len(cells))

    @cached_property
    def _partitions(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Rows labelled by who, by district and by both, and the (who, district) that each label means,
        shape (labels, 2)."""
        small = np.min_scalar_type(2 * self.districts)      # short labels are sorted by counting
        who, district = np.divmod(self.code, self.districts)
        everybody, everywhere = range(2), range(self.districts)
        return [(who.astype(small), np.array([(w + 1, 0) for w in everybody])),
                (district.astype(small), np.array([(0, d + 1) for d in everywhere])),
                (self.code.astype(small), np.array([(w + 1, d + 1) for w in everybody for d in everywhere]))]


class Measures:
    """Measures the chosen outcomes of a state, month after month."""

    def __init__(self, state: State, outcomes: Iterable[Outcome]) -> None:
        households, count = state.households, state.districts.length
        self.outcomes = [o for o in outcomes if o.table != "twin"]
        listed = np.arange(households.length) >= state.listed
        self.cells = {"households": Cells(listed, households.district[0], count)}
        self.weights = {"households": households.weight}
        for name in ("groups", "companions"):
            table = getattr(state, name)
            self.cells[name] = Cells(np.zeros(table.length, bool), _first_row(table.district), count)

    def take(self, state: State, params) -> dict[str, np.ndarray]:
        """This month's outcomes by column name, each of shape (replicates, 1 + districts)."""
        columns: dict[str, np.ndarray] = {}
        persons = state.households.persons                  # the base of most outcomes: summed once
        summed = {id(persons): self.cells["households"].sums(persons * state.households.weight)}
        for outcome in self.outcomes:
            if outcome.table == "ledger":
                columns[outcome.name] = self._from_ledger(state, outcome, params)
            elif outcome.table == "sample":
                columns |= self._by_who(outcome, self._of_samples(state, outcome, params))
            else:
                values = self._ratio(getattr(state, outcome.table), outcome, params, summed)
                named = self._by_who(outcome, values)
                columns |= named if outcome.table == "households" else {outcome.name: named[outcome.name]}
        return columns

    def _ratio(self, table: Table, outcome: Outcome, params, summed: Mapping[int, np.ndarray]) -> np.ndarray:
        cells, weight = self.cells[outcome.table], self.weights.get(outcome.table, 1.0)
        counted, base = outcome.measure(table, params)
        above = cells.sums(counted * weight)
        if base is None:
            return above
        below = summed[id(base)] if id(base) in summed else cells.sums(base * weight)
        return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)

    def _of_samples(self, state: State, outcome: Outcome, params) -> np.ndarray:
        out = np.full((state.replicates, 3, 1 + state.districts.length), np.nan)
        households = state.households
        order = np.argsort(households.consumption / households.persons, axis=1)
        for who, district, sample in self.cells["households"].samples(Ranking(households, order)):
            measured = np.asarray(outcome.measure(sample, params))
            out[:, who, district] = measured.reshape(state.replicates, len(who))
        return out

    def _from_ledger(self, state: State, outcome: Outcome, params) -> np.ndarray:
        out = np.zeros((state.replicates, 1 + state.districts.length))
        out[:, 1:] = outcome.measure(state.ledger, params)
        out[:, 0] = out[:, 1:].sum(axis=1)
        return out

    @staticmethod
    def _by_who(outcome: Outcome, values: np.ndarray) -> dict[str, np.ndarray]:
        return {outcome.name + ending: values[:, place] for place, ending in enumerate(WHO)}


def _first_row(column: np.ndarray) -> np.ndarray:
    """A column that is the same in every replicate."""
    return column[0] if len(column) else column.ravel()


def add_twin_outcomes(run: dict[str, np.ndarray], twin: Mapping[str, np.ndarray],
                      outcomes: Iterable[Outcome], params) -> None:
    """Add the outcomes that compare a run with its twin without programme.

    Columns of both have shape (replicates, months + 1, 1 + districts).
    """
    for outcome in outcomes:
        if outcome.table == "twin":
            run[outcome.name] = outcome.measure(run, twin, params)
