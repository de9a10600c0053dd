"""The report's part on the people at the start: the household file and published numbers against month 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.checks import SURE, shown
from kubesim.plots.formats import MISSING, number
from kubesim.plots.start import START_TITLE, checked_table, place_of, start_figure, tell_checked
from kubesim.report.blocks import Block, Picture, Points, Table, Words
from kubesim.running.start import check_start, told_file

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison


def start_blocks(comparison: "Comparison") -> list[Block]:
    """What is known of the people against the baseline's month 0; nothing where nothing is known. Where
    the household file is not there any more, that is said."""
    scenario = comparison.scenarios[comparison.baseline]
    try:
        checked = check_start(scenario, comparison.seeds)
        said = told_file(scenario)
    except ScenarioError as missing:
        return [Points.of(missing.faults)]
    if not checked:
        return []
    table = checked_table(checked)
    seeds = say("{count} seeds", count=number(min(len(comparison.seeds), 20)))
    cells = [[place_of(line), line.name, shown(line.told, line.unit), shown(SURE * line.error, line.unit)
              if line.error == line.error else MISSING, shown(line.population, line.unit),
              {True: say("yes"), False: say("no"), None: MISSING}[line.agrees]] for line in checked]
    head = [say("Place"), say("Measure"), say("Told"), say("± (95 %)"), say("Model, month 0"), say("Agrees")]
    picture = Picture("start", say(START_TITLE), start_figure(scenario, table, seeds), tell_checked(table),
                      Table(say(START_TITLE), head, cells, keys=2))
    how = Words(say("A number agrees when it lies within the survey's 95 % interval or, where what is told has no "
                    "sampling error, within two standard deviations of what luck changes from seed to seed. A "
                    "published P1 or P2 to which the model's people come no nearer than by more than the usual "
                    "leeway never agrees."))
    return [*([Points.of(said)] if said else []), picture, how]
