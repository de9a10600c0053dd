"""What the report says, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Sequence

from kubesim.comparing import display, glance, words
from kubesim.economics.appraisal import Economics
from kubesim.language import say
from kubesim.plots.formats import MISSING
from kubesim.report import method, money
from kubesim.report.blocks import Block, Heading, Picture, Points, Section, Table, Words
from kubesim.report.differences import difference_blocks
from kubesim.report.districts import district_blocks
from kubesim.report.numbers import difference
from kubesim.report.over_time import decile_picture, district_picture, effect_picture
from kubesim.report.people import stages_picture, survival_picture, winner_pictures
from kubesim.report.resting import resting_blocks
from kubesim.report.start import start_blocks
from kubesim.report.uncertainty import uncertainty_blocks

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

GLANCE = ("poverty_rate", "consumption", "groups_active", "cost")
MOST_AT_A_GLANCE = 4
MOST_SHOWN = 4
"""Variants drawn side by side; of more of them pictures show the first of the ranking."""


def sections(comparison: "Comparison") -> list[Section]:
    """The whole report."""
    order = list(comparison.ranking()["scenario"])
    shown = order[:MOST_SHOWN]
    made = [
        Section("verdicts", say("What it changes, and how sure that is"), list(_verdicts(comparison, order))),
        Section("effects", say("Effects over time and by decile"), list(_effects(comparison, shown))),
        Section("districts", say("By district"), [
            *district_blocks(comparison, shown), *_present(district_picture(comparison, shown))]),
        Section("uncertainty", say("What is not known of the parameters"),
                uncertainty_blocks(comparison, shown)),
        Section("start", say("The people at the start"), start_blocks(comparison)),
        Section("people", say("Winners and losers"), winner_pictures(comparison, order[0])),
        Section("groups", say("What becomes of groups"), _present(
            survival_picture(comparison, shown), stages_picture(comparison))),
        Section("money", say("What it costs and what that buys"),
                _money(comparison, comparison.money, shown)),
        Section("differences", say("What differs between the scenarios"),
                [*resting_blocks(comparison, order[0]), *difference_blocks(comparison)]),
        Section("method", say("Method and limits"), method.method_blocks(comparison)),
        Section("origin", say("How this was made"), method.origin_blocks(comparison))]
    return [section for section in made if section.blocks]


def _present(*pictures: Picture | None) -> list[Picture]:
    return [picture for picture in pictures if picture]


# -- verdicts ----------------------------------------------------------------------------------
def _verdicts(comparison: "Comparison", order: Sequence[str]) -> Iterator[Block]:
    several = len(comparison.variants) > 1
    if several:
        yield _ranking(comparison)
        yield _at_a_glance(comparison, order)
        yield Words(display.together(comparison))
    verdicts = comparison.verdicts()
    for label in comparison.variants:
        yield Heading(label)
        about = comparison.scenarios[label].about
        if about:
            yield Words(about)
        said = [verdict.sentence for verdict in verdicts if verdict.scenario == label]
        yield Points.of([line for line in (*said, display.winners(comparison, label),
                                           display.identical(comparison, label)) if line])
        yield _headline(comparison, label, folded=several)


def _ranking(comparison: "Comparison") -> Table:
    """The variants from the best to the worst, and what a household lifted costs under each."""
    made = glance.ranking_table(comparison)
    cells = [[cell or MISSING for cell in row] for row in made.to_numpy().tolist()]
    return Table(glance.ranking_title(comparison).rstrip(":"), [say("rank"), *made.columns[1:]], cells, keys=2,
                 folded=False)


def _at_a_glance(comparison: "Comparison", order: Sequence[str]) -> Table:
    """A row a variant, a column an outcome of most interest."""
    names = [name for name in GLANCE if name in comparison.asked] or list(comparison.asked)
    names = names[:MOST_AT_A_GLANCE]
    wanted = [(words.told(name), words.headline_group(name)) for name in names]
    last = comparison.effects[(comparison.effects["month"] == comparison.months)
                              & comparison.effects["outcome"].isin([outcome for outcome, _ in wanted])]
    known = {(row["scenario"], row["outcome"], row["group"]): difference(row) for _, row in last.iterrows()
             if (row["outcome"], row["group"]) in wanted}
    cells = [[label, *(known.get((label, *pair), say("cannot be compared")) for pair in wanted)]
             for label in order]
    return Table(say("Differences from {baseline} at month {month} (95 % interval)",
                     baseline=comparison.baseline, month=comparison.months),
                 [say("design"), *(words.subject(*pair) for pair in wanted)], cells, folded=False)


def _headline(comparison: "Comparison", label: str, folded: bool) -> Table:
    """The numbers behind the verdicts on a variant."""
    made = display.table(comparison)
    several = say("scenario")
    if several in made:
        made = made[made[several] == label].drop(columns=several)
    return Table(say("{variant} against {baseline}, month {month}", variant=label,
                     baseline=comparison.baseline, month=comparison.months),
                 list(made.columns), made.to_numpy().tolist(), folded=folded)


# -- pictures and money ------------------------------------------------------------------------
def _effects(comparison: "Comparison", shown: Sequence[str]) -> Iterator[Block]:
    yield Heading(say("Month by month"))
    yield from _present(*(effect_picture(comparison, name) for name in comparison.asked))
    by_decile = _present(decile_picture(comparison, shown))
    if by_decile:
        yield Heading(say("By decile"))
        yield from by_decile


def _money(comparison: "Comparison", worth: Economics, shown: Sequence[str]) -> list[Block]:
    return [*_present(money.plane_picture(worth)), *money.cost_pictures(comparison, worth, shown),
            *money.money_blocks(worth)]
