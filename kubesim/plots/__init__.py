"""Figures of a run's results, each with the table behind it and a sentence that tells what it shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Callable, NamedTuple, Sequence

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.plots import groups, living, maps, money, overview, people, poverty, start
from kubesim.plots.style import settle

if TYPE_CHECKING:
    from kubesim.running.results import Results

FOLDER = "figures"
RESOLUTION = 150                # dots an inch
ABOUT = {"png": ("Title", "Description", "Software"), "svg": ("Title", "Description", "Date"),
         "pdf": ("Title", "Subject", "CreationDate")}
"""For each kind of file: where its title and its description go, and what would differ from file to
file of the same figure and is left out."""


class Plot(NamedTuple):
    """A figure of a run.

    ``data`` gives every number in it (no rows: there is nothing to show, and it is not written);
    ``draw`` and ``tell`` get the results and that table.
    """

    name: str
    title: str
    data: Callable[["Results"], pd.DataFrame]
    draw: Callable[["Results", pd.DataFrame], Figure]
    tell: Callable[["Results", pd.DataFrame], str]

    def figure(self, results: "Results") -> Figure:
        """The figure."""
        return self.draw(results, self.data(results))

    def alt(self, results: "Results") -> str:
        """A sentence for those who cannot see it."""
        return self.tell(results, self.data(results))


PLOTS = (
    Plot("overview", overview.OVERVIEW_TITLE, overview.overview_table, overview.draw_overview,
         overview.tell_overview),
    Plot("start", start.START_TITLE, start.start_table, start.draw_start, start.tell_start),
    Plot("gains", living.GAINS_TITLE, living.gains_table, living.draw_gains, living.tell_gains),
    Plot("welfare", living.WELFARE_TITLE, living.welfare_table, living.draw_welfare, living.tell_welfare),
    Plot("poverty", poverty.INDICES_TITLE, poverty.indices_table, poverty.draw_indices,
         poverty.tell_indices),
    Plot("distribution", poverty.SPREAD_TITLE, poverty.spread_table, poverty.draw_spread,
         poverty.tell_spread),
    Plot("poverty_map", maps.POVERTY_TITLE, maps.poverty_table, maps.draw_poverty, maps.tell_poverty),
    Plot("effect_map", maps.EFFECT_TITLE, maps.effect_table, maps.draw_effect, maps.tell_effect),
    Plot("survival", groups.SURVIVAL_TITLE, groups.survival_table, groups.draw_survival,
         groups.tell_survival),
    Plot("stages", groups.STAGES_TITLE, groups.stages_table, groups.draw_stages, groups.tell_stages),
    Plot("learning", people.LEARNING_TITLE, people.learning_table, people.draw_learning,
         people.tell_learning),
    Plot("companions", people.COMPANIONS_TITLE, people.companions_table, people.draw_companions,
         people.tell_companions),
    Plot("money", money.MONEY_TITLE, money.money_table, money.draw_money, money.tell_money),
)
"""Every figure, in the order in which a report shows them."""


def plots_of(results: "Results") -> list[Plot]:
    """The figures that have something to show for these results."""
    return [plot for plot in PLOTS if len(plot.data(results))]


def write_figures(results: "Results", folder: Path | str, kinds: Sequence[str] = ("png",)) -> list[Path]:
    """Write every figure that has something to show as ``folder/figures/<name>.<kind>``.

    Nothing is replaced before all are drawn, and each file is replaced in one step, so that no half
    figure is ever seen. Figures of an earlier run that have nothing to show now are removed.
    Raises ScenarioError for a kind that is none of png, svg and pdf.
    """
    if not set(kinds) <= set(ABOUT):
        raise ScenarioError(say("figures can be written as {known}, not as {kinds}", known=", ".join(ABOUT),
                                kinds=", ".join(sorted(set(kinds) - set(ABOUT)))))
    place = Path(folder) / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    drafts: dict[Path, Path] = {}
    try:
        for plot in PLOTS:
            table = plot.data(results)
            if len(table):
                figure, told = plot.draw(results, table), plot.tell(results, table)
                settle(figure)
                for kind in kinds:
                    path = place / f"{plot.name}.{kind}"
                    drafts[path] = path.with_name(files.PARTIAL + path.name)
                    _save(figure, drafts[path], kind, say(plot.title), told)
        for path, draft in drafts.items():
            os.replace(draft, path)
    finally:
        for draft in place.glob(files.PARTIAL + "*"):
            draft.unlink()
    for stale in {place / f"{plot.name}.{kind}" for plot in PLOTS for kind in kinds} - set(drafts):
        stale.unlink(missing_ok=True)
    return list(drafts)


def _save(figure: Figure, path: Path, kind: str, title: str, told: str) -> None:
    """Write one figure, the same bytes each time; its title and description go with it."""
    titled, described, left_out = ABOUT[kind]
    about = {titled: title, described: told, left_out: None}
    with matplotlib.rc_context({"svg.hashsalt": path.name}):
        figure.savefig(path, format=kind, dpi=RESOLUTION, metadata=about)
