"""Method and limits in plain words, and how the numbers were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.comparing import display
from kubesim.language import say
from kubesim.plots.formats import number
from kubesim.report.blocks import Block, Heading, Points, Table
from kubesim.running.summary import spans

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison


def method_blocks(comparison: "Comparison") -> list[Block]:
    """How the comparison was made, and what it is not."""
    return [Heading(say("How to read the numbers")), Points.of(_how(comparison)),
            Heading(say("What the model is not")), Points.of(_limits())]


def _how(comparison: "Comparison") -> list[str]:
    said = [
        say("A pair is one made-up city, lived twice or more: the same households with the same luck "
            "(illness, prices, who meets whom), once under the baseline and once under each variant. What "
            "differs between the two is what the design does, not luck."),
        say("An effect is the mean difference within {pairs} pairs. Its 95 % interval says how far that mean "
            "could be off because only so many cities were lived; it does not say how far the model is off.",
            pairs=number(len(comparison.seeds))),
        say("Intervals of means are Student's t; of ratios Fieller's, checked by a bootstrap; of "
            "benefit-cost outcomes a bootstrap over seeds."),
        say("That the months before the first difference are the same was checked in every column, bit "
            "by bit.")]
    said += [line for line in (display.saved(comparison), display.precision(comparison)) if line]
    if len(comparison.variants) > 1:
        said.append(display.together(comparison))
    said.append(say(
        "Many outcomes are looked at. For each outcome alone the intervals hold with 95 %; over all the "
        "outcomes of this report about one interval in twenty may miss. Rest a decision on the outcome "
        "chosen beforehand."))
    said.append(say(
        "Winners and losers are households held against themselves under the baseline; deciles are of "
        "consumption per person at the start."))
    return said


def _limits() -> list[str]:
    return [
        say("It is not a forecast of a city's poverty rate, not an evaluation, and not a substitute for "
            "asking the people."),
        say("No causal estimate of KUBE exists. That business as usual does next to nothing rests on a "
            "study that gives only the sign, and on group enterprises elsewhere."),
        say("Many parameters were calibrated to published figures with wide bands, and some measures were "
            "chosen after seeing results. Treat a run as a scenario, not as a forecast."),
        say("The city's poverty rate comes out higher than Banjarmasin's: the published churning, which is "
            "national, and the city's headcount cannot both be met."),
        say("Effects of the full package fade slowly and never grow; the growth to year seven seen in "
            "India is not reproduced."),
        say("Most effects on consumption come through members' own small businesses; how many have one, "
            "and how large it is, is unmeasured and decides the size of the effect."),
        say("Groups die almost only of lost trust; real reports mix trust with failed business. Do not use "
            "the model for grants above Rp 4 million a member."),
        say("Non-members are touched only where the scenario says that members' businesses crowd theirs "
            "out: nobody has measured that spill-over.")]


def origin_blocks(comparison: "Comparison") -> list[Block]:
    """Versions, seeds, command and run time."""
    made = comparison.made
    people = comparison.scenarios[comparison.baseline].population.households
    rows = [
        (say("command"), made.command or say("from Python")),
        (say("seeds"), spans(tuple(sorted(comparison.seeds)))),
        (say("pairs"), number(len(comparison.seeds))),
        (say("households"), number(people)),
        (say("months"), number(comparison.months)),
        (say("started (UTC)"), made.started),
        (say("run time"), say("{seconds} seconds", seconds=number(made.seconds, 1))),
        (say("status"), made.status),
        *((say("version of {name}", name=name), version) for name, version in made.versions.items()),
        (say("platform"), made.platform),
        *((say("SHA-256 of {file}", file=name), digest) for name, digest in made.read.items())]
    told = say("The folder that holds this report also holds every table as Parquet, in all months; kubesim "
               "replay lives the same pairs again and says whether they come out identical.")
    return [Points.of([told]), Table(say("What made these numbers"), [say("what"), say("which")], rows,
                                     prose=True, folded=False)]
