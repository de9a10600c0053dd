"""Which answer is right: worked by hand, and the same whoever runs the lesson."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_lesson import LESSON

from kubesim.errors import ScenarioError
from kubesim.lessons import Lesson, load_lesson
from kubesim.lessons.answers import jackknife, quantity, right, scores, sureness, word_for
from kubesim.lessons.terms import Option, Prediction, Text

WORDS = Text(en="words")
DESIGNS = ("none", "theory", "practice")


def prediction(kind: str, options: list[dict], **said) -> Prediction:
    """A prediction about month 1."""
    made = tuple(Option(name=str(place), text=WORDS, reply=WORDS, **given) for place, given in enumerate(options))
    return Prediction(kind=kind, ask=WORDS, month=1, options=made, answer="0", **said)


def paths(*worlds: tuple[float, ...]) -> np.ndarray:
    """Worlds with these outcomes of the designs in month 1, shape (designs, 2, worlds)."""
    ends = np.array(worlds, float).T
    return np.stack([np.zeros_like(ends), ends], axis=1)


def found(asked: Prediction, *worlds: tuple[float, ...]) -> list[int]:
    """The place of the right answer in each world."""
    return right(scores(asked, DESIGNS, paths(*worlds))).tolist()


def test_the_best_design_is_right_unless_it_hardly_leads():
    asked = prediction("best", [{"design": "theory"}, {"design": "practice"}, {}], within=0.5)
    assert found(asked, (1, 3, 2), (1, 2, 3), (1, 2, 2.4)) == [0, 1, 2]
    least = prediction("best", [{"design": "none"}, {"design": "practice"}], least=True)
    assert found(least, (1, 3, 2), (9, 3, 2)) == [0, 1]


def test_a_range_is_of_shares_or_of_multiples():
    share = prediction("range", [{"high": 0.2}, {"low": 0.2}], design="practice", against="none")
    assert found(share, (10, 0, 11), (10, 0, 15)) == [0, 1]                 # +10 %, +50 %
    multiple = prediction("range", [{"high": 2.0}, {"low": 2.0, "high": 4.0}], design="practice",
                          against="none", per_design="theory")
    worlds = [(10, 12, 13), (10, 12, 16), (10, 9, 16)]                      # 1.5 times, 3 times, no gain
    assert quantity(multiple, DESIGNS, paths(*worlds)) == pytest.approx([1.5, 3.0, np.nan], nan_ok=True)
    assert found(multiple, *worlds) == [0, 1, -1]


def test_the_nearest_curve_is_right():
    asked = prediction("curve", [{"points": (1.0, 1.0, 1.0)}, {"points": (1.0, 0.5, 0.0)}])
    assert found(asked, (0.9, 0.9, 0.8), (0.9, 0.6, 0.2)) == [0, 1]


def test_the_error_of_a_mean_is_the_usual_one():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    without = (values.sum() - values) / 3
    assert jackknife(without) == pytest.approx(values.std(ddof=1) / 2)


def test_the_margin_of_the_average_and_its_error():
    """Practice leads theory by 1, 2 and 3: on average by 2 with a standard error of 1 / sqrt(3)."""
    asked = prediction("best", [{"design": "theory"}, {"design": "practice"}])
    sure = sureness(asked, DESIGNS, paths((0, 5, 6), (0, 1, 3), (0, 2, 5)))
    assert sure == pytest.approx((2.0, 3 ** -0.5))


def test_words_for_what_is_left():
    assert [word_for(left) for left in (-0.3, 0.1, 0.5, 1.0, 3.0)] == [
        "gone", "gone", "weaker", "kept", "stronger"]


# -- a small lesson --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def lesson(tmp_path_factory) -> Lesson:
    path: Path = tmp_path_factory.mktemp("lessons") / "mine.yaml"
    path.write_text(LESSON)
    return load_lesson(path)


def test_one_seed_for_the_class_and_one_for_each_pupil(lesson):
    together, each = lesson.run(seed=7), lesson.run(seed=7, pupils=4)
    assert together.seeds == (7, 8, 9, 10, 11, 12) and each.seeds == (7, 8, 9, 10)
    assert np.array_equal(together.paths[:, :, :4], each.paths)
    assert "(number 7)" in together.verdicts()[0] and "number" not in each.verdicts()[0]
    assert sum(together.times_right.values()) == 6 and sum(each.times_right.values()) == 4
    for seed in each.seeds:
        assert each.answer_under(seed) is together.answer_under(seed)


def test_every_number_is_in_the_tables(lesson):
    reveal = lesson.run(pupils=3)
    table = reveal.table()
    assert len(table) == 2 * 7 * 3
    month = table[(table["month"] == 4) & (table["seed"] == 2)].set_index("design")["consumption"]
    row = reveal.by_seed().set_index("seed").loc[2]
    assert row["small"] == month["small"] and row["large"] == month["large"]
    assert row["answer"] == ("B" if month["large"] > month["small"] else "A")


def test_progress_is_told(lesson):
    told = []
    lesson.run(pupils=2, progress=lambda lived, total: told.append((lived, total)))
    assert told == [(14, 56), (28, 56), (42, 56), (56, 56)]          # 2 seeds, months 0 to 6


@pytest.mark.parametrize("given", [{"seed": -1}, {"pupils": 1}, {"pupils": 101}])
def test_numbers_that_cannot_be_used(lesson, given):
    with pytest.raises(ScenarioError, match="must be"):
        lesson.run(**given)


def test_pictures_say_what_they_show(lesson):
    pictures = lesson.run(pupils=3).pictures()
    assert [picture.name for picture in pictures] == ["course", "prediction", "without_leaks"]
    assert all(picture.alt and picture.table.rows and picture.figure.axes for picture in pictures)


def test_below_five_lucks_each_is_shown_and_no_interval_or_band_is_told(lesson):
    few, enough = lesson.run(pupils=4), lesson.run(pupils=5)
    leaks = lesson.terms.mechanisms[0]
    assert few.few and not few.is_clear and "live 5 or more" in few.summary() and few.how_sure() == ""
    assert not enough.few and "live 5 or more" not in enough.summary() and enough.how_sure()
    assert " to " in enough.told_left(leaks) and " to " not in few.told_left(leaks)
    for reveal, lucks in ((few, 4), (enough, 0)):
        course, prediction, switched = reveal.pictures()
        assert len(course.figure.axes[1].lines) == 2 * lucks + 2 + 1        # each luck, the means, the month
        assert len(switched.figure.axes[0].lines) == 2 * lucks + 2 + 2      # and zero
        bands = [path for band in switched.figure.axes[0].collections for path in band.get_paths()
                 if len(path.vertices)]
        assert len(bands) == (0 if lucks else 2)
        assert all(("(" in row[1]) is not bool(lucks) for row in course.table.rows + switched.table.rows)
