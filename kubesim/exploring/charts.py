"""The pictures of what a sweep shows, in the order in which a reader would look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from kubesim.exploring import chart_levers, chart_worlds
from kubesim.exploring.writing import Chart

if TYPE_CHECKING:
    from kubesim.exploring.explored import Explored, Subject


def charts(found: "Explored") -> list[Chart]:
    """Every picture that has something to show."""
    return [chart for subject in found.subjects for chart in _of(found, subject) if len(chart.table)]


def _of(found: "Explored", subject: "Subject") -> Iterator[Chart]:
    for place, answer in enumerate(subject.answers):
        name = subject.outcome if len(subject.answers) == 1 else f"{subject.outcome}-{place + 1}"
        yield from chart_levers.of_answer(found, answer, name)
    for place, told in enumerate(subject.discovered):
        if told.boxes and any(len(box.limits) for box in told.boxes):
            yield chart_worlds.box_chart(found, subject, told, f"{subject.outcome}-{place + 1}-box")
    if subject.robust is not None:
        yield chart_worlds.trade_off(subject, f"{subject.outcome}-robust")
    yield from chart_worlds.parallel(found, subject, f"{subject.outcome}-parallel")
