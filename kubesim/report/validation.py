"""The page of a validation: verdicts, the picture, every target with its reasons, ablations, method."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator

import matplotlib

from kubesim.language import say, translated
from kubesim.plots.formats import number
from kubesim.report.blocks import Block, Heading, Picture, Points, Section, Table, Words
from kubesim.report.writing import PLAIN_TEXT, Cover, write_page
from kubesim.running.summary import spans
from kubesim.validation import display
from kubesim.validation.display import digits
from kubesim.validation.picture import alt, draw

if TYPE_CHECKING:
    from kubesim.validation.validate import Validation


def write_validation_report(validation: "Validation", folder: str | Path) -> Path:
    """Write ``report.html``, and its picture as PNG and SVG into ``figures``, into a results folder."""
    with matplotlib.rc_context(PLAIN_TEXT):
        made = sections(validation)
    cover = Cover(say("Validation of kubesim"), display.title(validation), say(
        "Every published number that the model is held to, and what it gives. Rules and parameters are those "
        "that kubesim ships; arms differ in what the programme does, and in nothing else."),
        say("Skip to the verdicts"))
    return write_page(cover, made, folder)


def sections(validation: "Validation") -> list[Section]:
    """The whole page."""
    made = [Section("verdicts", say("What passes and what fails"), list(_verdicts(validation))),
            Section("picture", say("Published and simulated, side by side"), [_picture(validation)]),
            Section("ablations", say("Without one mechanism at a time"), list(_ablations(validation))),
            Section("reasons", say("Why these bands"), [_reasons(validation)]),
            Section("arms", say("What the arms are"), [_arms(validation)]),
            Section("method", say("Method and limits"), [Points.of(_method(validation))]),
            Section("origin", say("How this was made"), [_origin(validation)])]
    return [section for section in made if section.blocks]


def _verdicts(validation: "Validation") -> Iterator[Block]:
    yield Points.of(display.counts(validation.verdicts))
    failed = validation.failed()
    if len(failed):
        yield Heading(say("What fails"))
        why = {target.name: translated(target.why) for target in validation.evidence.targets}
        yield Points([(_fault(row), [why[row.target]]) for row in failed.itertuples()])


def _fault(row: Any) -> str:
    return say("{name} {what}: {simulated} {unit}, held to {band} ({origin})", name=row.target,
               what=translated(row.statistic), simulated=display.simulated(row), unit=say(row.unit),
               band=display.band(row), origin=say(display.ORIGINS[row.band]))


def _picture(validation: "Validation") -> Picture:
    rows = [_cells(row) for row in validation.verdicts.itertuples()]
    head = [say("target"), say("published"), say("band"), say("simulated (95 % interval)"), say("verdict"),
            say("source")]
    return Picture("validation", say("Published and simulated, side by side"), draw(validation),
                   alt(validation), Table(say("Every target"), head, rows))


def _cells(row: Any) -> list[str]:
    """A row of the table of every target."""
    return [f"{row.target} {translated(row.statistic)} [{say(row.unit)}]", digits(row.published, row.unit),
            say("{what} ({detail})", what=display.band(row), detail=say(display.ORIGINS[row.band])),
            display.simulated(row), display.verdict(row.passed),
            say("{what} ({detail})", what=translated(row.source), detail=say(row.grade))]


def _ablations(validation: "Validation") -> Iterator[Block]:
    told = display.changed(validation)
    if not told:
        return
    yield Words(say("Each mechanism is switched off by itself, with the same seeds and nothing re-tuned. That "
                    "a verdict changes shows what rests on the mechanism, not that the mechanism is true."))
    yield Words(say(display.UNSURE))
    rows = [[name.replace("_", " "), ", ".join(broken) or "–", ", ".join(mended) or "–"]
            for name, broken, mended in told]
    yield Table(say("Targets whose verdict changes"), [say("without"), say("breaks"), say("mends")], rows,
                folded=False)


def _reasons(validation: "Validation") -> Table:
    rows = [[f"{target.name} {translated(target.about)}", translated(target.why), translated(target.source)]
            for target in validation.evidence.targets]
    return Table(say("Why each target has its band"), [say("target"), say("why this band"), say("source")], rows,
                 prose=True)


def _arms(validation: "Validation") -> Table:
    rows = [[name.replace("_", " "), "; ".join(f"{path} = {json.dumps(value)}" for path, value in held.items())
             or say("nothing: business as usual")]
            for name, held in validation.evidence.settings.items()]
    return Table(say("What each arm sets over the base; everything else is as kubesim ships it"),
                 [say("arm"), say("sets")], rows, prose=True)


def _method(validation: "Validation") -> list[str]:
    return [
        say("A target passes when the mean over {seeds} seeds lies in its band, ends included. The 95 % interval "
            "says how far that mean could be off because only so many seeds were lived; it does not say how far "
            "the model is off.", seeds=number(len(validation.seeds))),
        say("Each seed is a register of {households} poor households that live in every arm with the same luck; "
            "targets of the whole city use twice as many.", households=number(validation.households)),
        say("Effects are of everybody on a list, whatever became of the group: by intention to treat."),
        say("Where an interval, a range over studies or a sign is published, that is the band; otherwise a "
            "tolerance was judged, and it says so. Bands and measures that were chosen after seeing results "
            "are not used."),
        say("Many parameters were calibrated to these very numbers, so that passing shows the model can "
            "reproduce them, not that it predicts. Other parameters would pass too."),
        say("No causal estimate of KUBE exists. Most numbers are of other programmes in other countries."),
        say("Some targets pull against each other: no setting of the parameters passes them all.")]


def _origin(validation: "Validation") -> Table:
    made = validation.made
    rows = [(say("command"), made.command or say("from Python")), (say("seeds"), spans(validation.seeds)),
            (say("households"), number(validation.households)), (say("started (UTC)"), made.started),
            (say("run time"), say("{seconds} seconds", seconds=number(made.seconds, 1))),
            *((say("version of {name}", name=name), version) for name, version in made.versions.items()),
            (say("platform"), made.platform)]
    return Table(say("What made these numbers"), [say("what"), say("which")], rows, prose=True, folded=False)
