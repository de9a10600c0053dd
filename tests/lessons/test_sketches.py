"""Sketches: what may be drawn, and what is said of it, worked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_lesson import LESSON

from kubesim.errors import ScenarioError
from kubesim.language import speaking
from kubesim.lessons import Lesson, Reveal, load_lesson, load_lessons
from kubesim.lessons.sketches import held_against, line_names, modelled, place_names, read_sketch, sentences
from kubesim.lessons.terms import Sketch, Text

SKETCH = """  sketch:
    ask: {en: Draw it., id: Gambarlah.}
    unit: {en: thousand rupiah, id: ribu rupiah}
    scale: 1000
    low: 0
    high: 100
"""
MONTHS = [f"month {month}" for month in range(7)]
AXIS = Sketch(ask=Text(en="Draw."), unit=Text(en="groups"), high=100.0)
GIVEN = AXIS.model_copy(update={"start": 50.0})
NAN = np.nan


def written(tmp_path: Path, text: str) -> Lesson:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_lesson(path)


def with_sketch(more: str = "") -> str:
    return LESSON.replace("  options:\n", SKETCH + more + "  options:\n")


# -- what is said, worked by hand -------------------------------------------------------------------------
def said(line, model, sketch=AXIS) -> list[str]:
    return sentences(np.array(line, float), np.array(model, float), MONTHS, sketch)


def test_where_a_line_is_close_which_way_it_goes_and_where_it_ends():
    """Off by 0, 10, 20, 20, 10, 5 and 0 on an axis of 100: close are 10 and less. The model peaks at 60 in month
    3, ten and more above both ends of 20 and 40; the drawn line rises all the way."""
    model = [20, 40, 50, 60, 50, 45, 40]
    line = [20, 30, 30, 40, 40, 40, 40]
    assert said(line, model) == [
        "Your line lies close to the model's here: month 0 to month 1; month 4 to month 6.",
        "From first to last you drew it rising, and so it is.",
        "At the end (month 6) both stand at 40 (groups).",
        "The model turns in month 3; your line does not turn."]


def test_a_line_the_wrong_way_with_a_turn_that_the_model_lacks():
    assert said([90, 80, 70, 60, 70, 75, 78], [10, 15, 20, 25, 30, 35, 40]) == [
        "Your line nowhere lies close to the model's.",
        "From first to last you drew it falling; in the model it is rising.",
        "At the end (month 6) you have 78, the model 40 (groups): you are 38 too high.",
        "You drew a turn in month 3; the model has none."]


def test_both_turn_and_a_change_of_a_twentieth_is_level():
    assert said([50, 60, 80, 60, 50, 50, 55], [50, 55, 60, 70, 60, 50, 44]) == [
        "Your line lies close to the model's here: month 0 to month 1; month 3 to month 5.",
        "From first to last you drew it level; in the model it is falling.",
        "At the end (month 6) you have 55, the model 44 (groups): you are 11 too high.",
        "The model turns in month 3; you drew the turn in month 2."]


def test_only_what_was_drawn_counts_and_a_given_start_is_no_merit():
    """Drawn to month 2 only, off by 15; the start was the lesson's. The model has no value in month 0."""
    assert said([50, 75, 75, NAN, NAN, NAN, NAN], [NAN, 60, 60, 90, 0, 0, 0], GIVEN)[0] == (
        "Your line nowhere lies close to the model's.")
    assert said([50, 60, 75, NAN, NAN, NAN, NAN], [50, 60, 60, 90, 0, 0, 0], GIVEN)[0] == (
        "Your line lies close to the model's here: month 1.")
    assert said([50, 60, 75, NAN, NAN, NAN, NAN], [50, 60, 60, 0, 0, 0, 0], GIVEN)[2].startswith("At the end (month 2)")
    assert said([NAN, NAN, 5, NAN, NAN, NAN, NAN], [1] * 7) == ["Too little was drawn to say anything."]


def test_many_stretches_are_counted():
    assert said([50, 0, 50, 0, 50, 0, 50], [50] * 7)[0] == "Your line lies close to the model's at 4 of 7 points."


def test_over_designs_the_places_are_designs_and_nothing_turns():
    over = AXIS.model_copy(update={"over": "designs"})
    assert sentences(np.array([80.0, 20, 70]), np.array([80.0, 78, 40]), ["2", "5", "40"], over) == [
        "Your line lies close to the model's here: 2.",
        "From first to last you drew it falling, and so it is.",
        "At the end (40) you have 70, the model 40 (groups): you are 30 too high."]


def revealed(lesson: Lesson, small: float, large: float) -> Reveal:
    """Two lucks around these consumptions in every month, Rp thousand."""
    paths = np.array([[[small - 5, small + 5]] * 7, [[large - 5, large + 5]] * 7]) * 1000.0
    return Reveal(lesson, (1, 2), None, paths, np.empty((2, 0, 2)), {})


def test_lines_are_held_against_the_mean_in_the_axis_unit_and_their_order_is_told(tmp_path):
    lesson = written(tmp_path, with_sketch())
    reveal = revealed(lesson, 40, 60)
    assert modelled(reveal)["large"].mean(axis=1) == pytest.approx([60] * 7)
    drawn = read_sketch(lesson, {"small": [70] * 7, "large": [60] * 7})
    told = held_against(reveal, drawn)
    assert [one.label for one in told] == ["small grant", "large grant", "All lines"]
    assert told[1].sentences[0] == "Your line lies close to the model's all the way."
    assert told[2].sentences == [
        "From the top down you have: small grant; large grant. The model has: large grant; small grant."]
    right = held_against(reveal, read_sketch(lesson, {"small": [30] * 7, "large": [31] * 7}))
    assert right[2].sentences == ["They end in the model's order, as far as the model tells them apart."]
    apart = held_against(revealed(lesson, 40, 44), drawn)       # less than a twentieth of the axis: no order
    assert len(apart) == 2
    assert held_against(reveal, {}) == []
    with speaking("id"):
        assert "naik" not in held_against(reveal, drawn)[0].sentences[1] and "mendatar" in (
            held_against(reveal, drawn)[0].sentences[1])


# -- what may be drawn ----------------------------------------------------------------------------------
@pytest.mark.parametrize("given, told", [
    (None, "must hold the lines"), ([1, 2], "must hold the lines"), ({"none": [1] * 7}, "must hold the lines"),
    ({"small": [1] * 6}, "small grant: must be 7 numbers"), ({"small": [1] * 700}, "must be 7 numbers"),
    ({"small": "1234567"}, "must be 7 numbers"), ({"small": ["1"] * 7}, "must be 7 numbers"),
    ({"small": [True] * 7}, "must be 7 numbers"), ({"small": [float("nan")] * 7}, "must be 7 numbers"),
    ({"small": [float("inf")] * 7}, "must be 0 to 100"), ({"small": [1e400] * 7}, "must be 0 to 100"),
    ({"small": [0, 0, 0, 0, 0, 0, 100.5]}, "must be 0 to 100"), ({"large": [-1] * 7}, "large grant: must be 0 to 100")])
def test_what_is_no_sketch_is_refused(tmp_path, given, told):
    with pytest.raises(ScenarioError, match=told):
        read_sketch(written(tmp_path, with_sketch()), given)


def test_gaps_are_kept_and_a_lone_point_is_no_line(tmp_path):
    lesson = written(tmp_path, with_sketch())
    drawn = read_sketch(lesson, {"small": [None, 1, None, 3, None, None, None], "large": [None] * 6 + [5]})
    assert list(drawn) == ["small"] and np.isnan(drawn["small"]).tolist() == [True, False, True, False] + [True] * 3
    with pytest.raises(ScenarioError, match="asks for no sketch"):
        read_sketch(written(tmp_path, LESSON), {})


# -- the file --------------------------------------------------------------------------------------------
def test_a_line_for_each_design_or_for_those_named_or_one_over_all(tmp_path):
    assert list(line_names(written(tmp_path, with_sketch()))) == ["small", "large"]
    assert list(line_names(written(tmp_path, with_sketch("    designs: [large]\n")))) == ["large"]
    over = written(tmp_path, with_sketch("    over: designs\n"))
    assert list(line_names(over)) == ["all"] and place_names(over) == ["small grant", "large grant"]


@pytest.mark.parametrize("change, told", [
    (("high: 100\n", "high: 0\n"), "prediction.sketch.low = 0: must be below 'high'"),
    (("high: 100\n", "high: 100\n    start: 101\n"), "sketch.start = 101: must be 0 to 100, the ends of the axis"),
    (("high: 100\n", "high: 100\n    designs: [smal]\n"), "must be one of small, large"),
    (("high: 100\n", "high: 100\n    designs: [small, small]\n"), "must be 1 to 4 designs, each once"),
    (("high: 100\n", "high: 100\n    over: designs\n    start: 5\n"), "belongs to a sketch over months"),
    (("high: 100\n", "high: 100\n    over: weeks\n"), "sketch.over = weeks: must be one of"),
    (("scale: 1000\n", "scale: 0\n"), "sketch.scale = 0: must be"),
    (("high: 100\n", "hihg: 100\n"), "did you mean 'high'"),
    (("    unit: {en: thousand rupiah, id: ribu rupiah}\n", ""), "unit"),
    (("  kind: best\n", "  kind: sketch\n"), "of kind sketch there is nothing to choose from")])
def test_a_fault_of_a_sketch_is_told_where_it_stands(tmp_path, change, told):
    assert with_sketch().count(change[0]) == 1
    with pytest.raises(ScenarioError) as wrong:
        written(tmp_path, with_sketch().replace(*change))
    assert any(told in fault for fault in wrong.value.faults), wrong.value.faults
    assert all("mine.yaml:" in fault for fault in wrong.value.faults)


def test_a_share_is_not_drawn_as_if_it_were_a_hundred(tmp_path):
    text = with_sketch().replace("outcome: consumption\nwhose: members", "outcome: groups_active")
    assert written(tmp_path, text.replace("scale: 1000", "scale: 0.01")).prediction.sketch.high == 100
    with pytest.raises(ScenarioError, match="sketch.high = 100: must be at most 1: 'groups_active' is a share"):
        written(tmp_path, text.replace("scale: 1000", "scale: 1"))


def only_drawn() -> str:
    """The small lesson, with nothing to choose from."""
    text = with_sketch().replace("  kind: best\n", "  kind: sketch\n")
    return text[:text.index("  options:\n")] + text[text.index("mechanisms:\n"):]


def test_a_lesson_may_ask_for_a_sketch_alone(tmp_path):
    reveal = written(tmp_path, only_drawn()).run(pupils=3)
    assert reveal.answer is None and reveal.verdicts() == [] and reveal.how_sure() == ""
    assert "mean of 3 lucks: small grant: Rp" in reveal.summary()
    assert [picture.name for picture in reveal.pictures()] == ["course", "without_leaks"]
    with pytest.raises(ScenarioError, match="must be there where the kind is sketch"):
        written(tmp_path, only_drawn().replace(SKETCH, ""))


def test_a_lesson_without_answers_is_written_as_sheets(tmp_path):
    from kubesim.lessons.sheets import write_sheets
    pupils, teacher = write_sheets(written(tmp_path, only_drawn()).run(pupils=3), tmp_path / "out")
    assert "Draw it." in pupils.read_text() and "Tick one answer" not in pupils.read_text()
    assert "Common wrong answers" not in teacher.read_text()


# -- the lessons that ship --------------------------------------------------------------------------------
@pytest.mark.parametrize("lesson", load_lessons(), ids=lambda lesson: lesson.name)
def test_every_lesson_that_ships_offers_a_choice_and_a_sketch_whose_axis_holds_the_model(lesson):
    sketch = lesson.prediction.sketch
    assert lesson.prediction.options and sketch is not None and 1 <= len(line_names(lesson)) <= 4
    lines = modelled(lesson.run(seed=201, pupils=3))
    for worlds in lines.values():
        held = worlds[np.isfinite(worlds)]
        assert sketch.low <= held.min() and held.max() <= sketch.high
        if sketch.start is not None:
            first = worlds[np.isfinite(worlds).all(axis=1)][0].mean()
            assert abs(first - sketch.start) <= 0.05 * (sketch.high - sketch.low)
