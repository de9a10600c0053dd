"""Registers: whose group is whose, who accompanies whom, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.people.register import lists_of
from rolls import roll_of


def test_groups_of_a_file_stand_together_by_district():
    """Rows of groups 5 and 3 are mixed; 3 lies in the first district, so it comes first."""
    roll = roll_of(6, group=[5, 3, 5, 3, -1, 5], district=[1, 0, 1, 0, 0, 1])
    lists = lists_of(roll, ["Utara", "Selatan"], 10)
    assert lists.entry.tolist() == [1, 3, 0, 2, 5, 4]
    assert lists.first.tolist() == [0, 2] and lists.listed == 5
    assert lists.district.tolist() == [0, 0, 1, 1, 1, 0]
    assert lists.companion.tolist() == [-1, -1]
    assert any("1 households are in no group" in note for note in lists.notes)


def test_a_blank_district_is_that_of_the_group():
    """One district alone needs no column; with two, the group's other rows tell it."""
    assert lists_of(roll_of(4, group=[0, 0, 1, 1]), ["All"], 10).district.tolist() == [0] * 4
    roll = roll_of(4, group=[0, 0, 1, 1], district=[1, -1, 0, 0])
    assert lists_of(roll, ["A", "B"], 10).district.tolist() == [0, 0, 1, 1]


def test_most_households_of_a_group_say_who_accompanies_it():
    """Two of three rows name companion 8; the second group names nobody."""
    lists = lists_of(roll_of(5, group=[0, 0, 0, 1, 1], companion=[8, 4, 8, -1, -1]), ["All"], 10)
    assert lists.companion.tolist() == [0, -1]


def test_a_companion_may_serve_groups_of_two_districts():
    """Codes are of persons, wherever their groups lie."""
    roll = roll_of(6, group=[0, 0, 1, 1, 2, 2], companion=[7, 7, 2, 2, 7, 7], district=[0, 0, 0, 0, 1, 1])
    assert lists_of(roll, ["A", "B"], 10).companion.tolist() == [0, 1, 0]


def test_without_groups_they_are_made_in_file_order_within_districts():
    """23 rows of one district become groups of 12 and 11, 2 of the other a group of 2."""
    lists = lists_of(roll_of(25, district=[0] * 23 + [1] * 2), ["A", "B"], 10)
    assert np.diff(np.append(lists.first, lists.listed)).tolist() == [12, 11, 2]
    assert lists.entry.tolist() == list(range(25))


def test_groups_made_have_one_companion_each():
    """Rows of two companions in turn: a group of each one's."""
    lists = lists_of(roll_of(20, companion=[0, 1] * 10), ["All"], 10)
    assert lists.companion.tolist() == [0, 1]
    assert lists.entry.tolist() == [*range(0, 20, 2), *range(1, 20, 2)]


def test_a_household_alone_in_its_district_is_on_no_list():
    """No group of one can be made."""
    lists = lists_of(roll_of(4, district=[0, 0, 0, 1]), ["A", "B"], 10)
    assert lists.listed == 3 and lists.entry.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("columns, told", [
    ({"group": [0, 0, 1, 1], "district": [0, 1, 0, 0]}, "row 2 lies in several districts (A, B)"),
    ({"group": [0, 1, 1, 1], "district": 0}, "row 2 has 1 households; must be 2 to 30"),
    ({"group": [0, 0, 1, 1], "district": 0, "companion": [1, 2, 1, 1]}, "row 2 names several companions"),
    ({"group": [0, 0, 1, 1]}, "no row says in which district"),
    ({"group": [0, 0, -1, 1], "district": [0, 0, -1, 1]}, "rows 4"),
])
def test_faults_are_told_with_their_rows(columns, told):
    """Row 2 is the first under the heading."""
    with pytest.raises(ScenarioError) as refused:
        lists_of(roll_of(4, **columns), ["A", "B"], 10)
    assert told in str(refused.value)


def test_every_household_is_placed_once_whatever_the_file_says():
    """300 made-up files: entries are a permutation, groups whole, districts in order."""
    luck = np.random.default_rng(2)
    for _ in range(300):
        count = int(luck.integers(2, 60))
        home = luck.integers(0, 3, count)
        group = np.where(luck.random(count) < 0.8, home * 4 + luck.integers(0, 4, count), -1)
        sizes = np.bincount(group[group >= 0], minlength=12)
        group = np.where((group >= 0) & (sizes[group] >= 2), group, -1)
        lists = lists_of(roll_of(count, group=group, district=home), ["A", "B", "C"], 5)
        assert sorted(lists.entry) == list(range(count))
        assert (np.diff(lists.district_of_group) >= 0).all()
        assert (lists.district == home[lists.entry]).all()
        if (group >= 0).any():
            blocks = np.split(group[lists.entry[:lists.listed]], lists.first[1:])
            assert all(len(set(block)) == 1 for block in blocks)
            assert len({block[0] for block in blocks}) == len(blocks)
