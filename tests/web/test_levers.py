"""Levers, the address and what the page refuses."""

from __future__ import annotations

import pytest

from kubesim.errors import ScenarioError
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import say, speaking, speaking_here
from kubesim.scenario import Scenario
from kubesim.web.asking import LARGEST_SEED, MOST_DESIGNS, Design, Question, from_query, read_number, to_query
from kubesim.web.effects import PAIRS
from kubesim.web.levers import BY_KEY, LEVERS, MOST_HOUSEHOLDS, MOST_MONTHS, WORLD, is_on, moved, value_of
from kubesim.web.moves import after

PLAIN = Scenario(name="Plain", interventions=(UepGrant(), Diklat(name="course", hours=20.0)))
SHELF = {"plain": PLAIN, "other": Scenario(name="Other")}


# -- levers ------------------------------------------------------------------------------------
def test_a_lever_moves_the_value_that_it_is_named_for_and_nothing_else():
    changed = moved(PLAIN, {"practice": 60})
    assert changed.interventions[1].practice_share == 0.6
    assert changed.with_({"interventions.course.practice_share": 0.1}) == PLAIN


def test_a_million_on_the_page_is_a_million_in_the_model():
    assert moved(PLAIN, {"per_member": 2.5}).interventions[0].per_member == 2_500_000


def test_every_lever_reads_back_what_it_was_moved_to():
    scenario = moved(SHELF["other"], {"grant": 1, "training": 1, "companion": 1})
    for lever in (*LEVERS, *WORLD):
        shown = lever.low + 2 * lever.step
        assert value_of(lever, moved(scenario, {lever.key: shown})) == pytest.approx(shown), lever.key


def test_every_lever_may_go_to_both_ends_of_its_slider():
    scenario = moved(SHELF["other"], {"grant": 1, "training": 1, "companion": 1})
    for lever in (*LEVERS, *WORLD):
        for end in (lever.low, lever.high):
            moved(scenario, {lever.key: end})


def test_a_switch_takes_a_part_out_and_puts_it_in_and_leaves_one_that_is_there():
    without = moved(PLAIN, {"training": 0})
    assert [part.kind for part in without.interventions] == ["uep_grant"]
    assert is_on(BY_KEY["training"], moved(without, {"training": 1}))
    assert moved(PLAIN, {"training": 1}) == PLAIN


def test_a_lever_of_a_part_that_is_off_waits():
    assert moved(PLAIN, {"training": 0, "hours": 60}) == moved(PLAIN, {"training": 0})
    assert moved(SHELF["other"], {"training": 1, "hours": 60}).interventions[0].hours == 60


def test_a_shock_strikes_when_it_is_switched_on():
    assert [shock.kind for shock in moved(PLAIN, {"flood": 1}).shocks] == ["flood"]
    assert moved(moved(PLAIN, {"flood": 1}), {"flood": 0}).shocks == ()


def test_what_is_typed_is_checked_as_in_a_file_and_told_in_the_units_of_the_page():
    with pytest.raises(ScenarioError) as wrong:
        moved(PLAIN, {"practice": 140})
    assert wrong.value.faults == [
        "Share of field practice = 140 %: must be 0 to 100 % (interventions.course.practice_share)"]
    with pytest.raises(ScenarioError, match=r"^interventions\.course\.hours = -1\.0: must be"):
        moved(PLAIN, {"hours": -1})
    with pytest.raises(ScenarioError, match="months"):
        moved(PLAIN, {"months": 7.5})


@pytest.mark.parametrize("key, limit", [("households", MOST_HOUSEHOLDS), ("months", MOST_MONTHS)])
def test_a_session_has_limits(key, limit):
    moved(PLAIN, {key: limit})
    with pytest.raises(ScenarioError, match=f"{limit}"):
        moved(PLAIN, {key: limit + 1})


# -- luck --------------------------------------------------------------------------------------
def test_new_luck_is_luck_that_no_pair_of_worlds_has_had_and_can_be_had_again():
    ask = Question(Design("plain"))
    again = after(ask, SHELF, "luck", None)
    lived, fresh = ({*range(one.seed, one.seed + PAIRS)} for one in (ask, again))
    assert not lived & fresh and "seed=25" in to_query(again)
    assert after(again, SHELF, "seed", "1") == ask
    last = after(ask, SHELF, "seed", LARGEST_SEED - 1)
    assert 0 <= after(last, SHELF, "luck", None).seed < LARGEST_SEED


@pytest.mark.parametrize("given", ["", "x", -1, 1.5, LARGEST_SEED, None, True])
def test_a_seed_is_a_whole_number(given):
    with pytest.raises(ScenarioError, match="seed = .*whole number"):
        after(Question(Design("plain")), SHELF, "seed", given)


# -- the address -------------------------------------------------------------------------------
FULL = Question(Design("plain", {"hours": 60.0, "practice": 62.5, "grant": 0.0}), "other",
                {"households": 300.0, "months": 24.0, "flood": 1.0}, (
                    Design("other", {"training": 1.0, "hours": 8.0}, "A & b~c <i>=1:2</i> %7E é"),
                    Design("plain", {}, "")),
                7, "id", "watch")


def test_a_link_gives_the_same_question():
    assert from_query(to_query(FULL), SHELF) == (FULL, [])
    assert from_query("?" + to_query(Question(Design("plain"))), SHELF) == (Question(Design("plain")), [])


@pytest.mark.parametrize("query, told", [
    ("scenario=../../etc/passwd", "there is no such scenario"), ("hours=lots", "must be a number"),
    ("hours=nan", "must be a number"), ("hours=1e999", "must be a number"), ("pin=x", "cannot be read"),
    ("pin=n~plain~hours:inf", "cannot be read"), ("pin=n~plain~households:9", "cannot be read"),
    ("colour=red", "does not know"), ("lang=xx", "does not know"), ("seed=-1", "does not know"),
    ("seed=9999999999999999", "does not know"), ("hours=" + "9" * 5000, "too long")])
def test_what_is_wrong_with_an_address_is_told_and_left_out(query, told):
    question, faults = from_query(query, SHELF)
    assert question == Question(Design("plain"))
    assert len(faults) == 1 and told in faults[0]


def test_no_more_designs_are_taken_from_an_address_than_can_be_compared():
    question, _ = from_query("&".join(f"pin=n{i}~plain~hours:{i}" for i in range(9)), SHELF)
    assert len(question.pins) == MOST_DESIGNS - 1


@pytest.mark.parametrize("given, read", [("0,6", 0.6), (" 12 ", 12), (3, 3), (True, None), (None, None), ("1 2", None),
                                         ({"a": 1}, None), ("", None), ("inf", None), ("9" * 30, None)])
def test_numbers_are_read_as_people_type_them(given, read):
    assert read_number(given) == read


def test_putting_a_lever_back_takes_it_out_of_the_address():
    question = Question(Design("plain")).moved("hours", 60.0).moved("months", 24.0)
    assert "hours=60" in to_query(question) and "months=24" in to_query(question)
    assert question.moved("hours", None).moved("months", None) == Question(Design("plain"))


# -- languages ---------------------------------------------------------------------------------
def test_a_language_spoken_here_is_nobody_elses():
    with speaking("en"), speaking_here("id"):
        assert say("interrupted") != "interrupted"
        with speaking_here("en"):
            assert say("interrupted") == "interrupted"
    with pytest.raises(ScenarioError), speaking_here("xx"):
        pass
