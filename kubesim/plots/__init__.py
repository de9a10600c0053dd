"""Figures of a run's results, each with the table behind it and a sentence that tells what it shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Sequence

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from kubesim.plots import groups, living, money, overview, people, poverty

if TYPE_CHECKING:
    from kubesim.results import Results

RESOLUTION = 150                # dots an inch
FOLDER = "figures"
FIXED = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""What would differ between two files of the same figure is left out of them."""


class Plot(NamedTuple):
    """A figure of a run.

    ``title`` heads it, ``data`` gives every number in it (no rows: there is nothing to show, and it
    is not written), ``figure`` draws it, ``alt`` tells in a sentence what it shows.
    """

    name: str
    title: str
    data: Callable[["Results"], pd.DataFrame]
    figure: Callable[["Results"], Figure]
    alt: Callable[["Results"], str]


PLOTS = (
    Plot("overview", overview.TITLE, overview.overview_table, overview.draw_overview, overview.overview_alt),
    Plot("gains", living.GAINS_TITLE, living.gains_table, living.draw_gains, living.gains_alt),
    Plot("welfare", living.WELFARE_TITLE, living.welfare_table, living.draw_welfare, living.welfare_alt),
    Plot("poverty", poverty.INDICES_TITLE, poverty.indices_table, poverty.draw_indices, poverty.indices_alt),
    Plot("distribution", poverty.SPREAD_TITLE, poverty.spread_table, poverty.draw_spread, poverty.spread_alt),
    Plot("survival", groups.SURVIVAL_TITLE, groups.survival_table, groups.draw_survival, groups.survival_alt),
    Plot("stages", groups.STAGES_TITLE, groups.stages_table, groups.draw_stages, groups.stages_alt),
    Plot("learning", people.LEARNING_TITLE, people.learning_table, people.draw_learning, people.learning_alt),
    Plot("companions", people.COMPANIONS_TITLE, people.companions_table, people.draw_companions, people.companions_alt),
    Plot("money", money.TITLE, money.money_table, money.draw_money, money.money_alt),
)
"""Every figure, in the order in which a report shows them."""


def plots_of(results: "Results") -> list[Plot]:
    """The figures that have something to show for these results."""
    return [plot for plot in PLOTS if len(plot.data(results))]


def write_figures(results: "Results", folder: Path | str, kinds: Sequence[str] = ("png",)) -> list[Path]:
    """Write every figure that has something to show as ``folder/figures/<name>.<kind>``.

    Nothing is replaced before all are drawn, and each file is replaced in one step, so that no
    half figure is ever seen. Figures of an earlier run that have nothing to show now are removed.
    """
    place = Path(folder) / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    drafts: dict[Path, Path] = {}
    try:
        for plot in plots_of(results):
            figure, alt = plot.figure(results), plot.alt(results)
            for kind in kinds:
                path = place / f"{plot.name}.{kind}"
                drafts[path] = place / f".{path.name}.{os.getpid()}.part"
                save(figure, drafts[path], kind, plot.title, alt)
        for path, draft in drafts.items():
            os.replace(draft, path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    for stale in {place / f"{plot.name}.{kind}" for plot in PLOTS for kind in kinds} - set(drafts):
        stale.unlink(missing_ok=True)
    return list(drafts)


def save(figure: Figure, path: Path, kind: str, title: str, alt: str) -> None:
    """Write one figure, the same bytes each time; its title and description go with it."""
    told = {"png": {"Title": title, "Description": alt}, "svg": {"Title": title, "Description": alt},
            "pdf": {"Title": title, "Subject": alt}}
    metadata: dict[str, Any] = told.get(kind, {}) | FIXED.get(kind, {})
    with matplotlib.rc_context({"svg.hashsalt": path.name.split(".")[1]}):
        figure.savefig(path, format=kind, dpi=RESOLUTION, metadata=metadata or None)
