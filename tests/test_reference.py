"""The columns against a plain Mesa model (tests/reference): the same numbers, month by month, row by row.

Both share parameters and luck. Each world below also says what must have happened in it, so that an
agreement about nothing cannot pass.
"""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pytest
from reference import PlainModel

from kubesim.interventions.cluster_meetings import ClusterMeetings
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.population import District, GroupPlan, Population
from kubesim.processes.business import Business
from kubesim.processes.cooperation import Trust
from kubesim.processes.joint_business import JointBusiness
from kubesim.processes.membership import Membership
from kubesim.scenario import Scenario
from kubesim.shocks.demand_slump import DemandSlump
from kubesim.shocks.flood import Flood
from kubesim.shocks.illness_wave import IllnessWave
from kubesim.shocks.pandemic import Pandemic
from kubesim.columns import Cause, Stage

MONTHS = 24
RELATIVE = 1e-9
LEAST_MONEY, LEAST = 1e-6, 1e-12        # smaller differences (in Rp; of other numbers) are rounding
MONEY = {
    "households": ("savings", "business_capital", "expected_income", "labour_earnings", "business_profit",
                   "dividend", "misuse", "group_loan", "solidarity_payment", "income", "consumption",
                   "kin_help"),
    "groups": ("capital", "capital_start", "solidarity", "loan_fund", "value_added", "dividend",
               "profit_per_member"),
    "markets": ("crowding",),
}
OTHER = {
    "households": ("persons", "luck", "ill", "in_group", "knowledge", "skill", "problem_solving", "news",
                   "trust", "effort", "food", "clothing", "housing", "health", "poor", "spells",
                   "spell_months", "poor_months"),
    "groups": ("size", "start_month", "active", "age", "stage", "cause", "ended", "institution", "contact",
               "visits", "acquaintance", "news_from_meetings", "shown_practice", "misuse_rate",
               "share_taken"),
    "companions": ("competence", "experience", "practice", "active", "visits", "departures"),
    "markets": ("demand",),
}


def months_alike(scenario: Scenario, seed: int) -> Iterator[tuple[KubeModel, PlainModel]]:
    """Both models after each month from 0 on; fails at the first number on which they differ."""
    columns, plain = KubeModel(scenario, seed), PlainModel(scenario, seed)
    for month in range(MONTHS + 1):
        if month:
            columns.step()
            plain.step()
        difference = first_difference(columns, plain)
        assert difference is None, difference
        yield columns, plain


def first_difference(columns: KubeModel, plain: PlainModel) -> str | None:
    """The first column and row on which the two models differ this month, in words."""
    for compared, least in ((OTHER, LEAST), (MONEY, LEAST_MONEY)):
        for table, names in compared.items():
            agents = getattr(plain, table)
            for name in names:
                found = getattr(getattr(columns.state, table), name)[0]
                expected = [getattr(agent, name) for agent in agents]
                row = first_apart(found, np.array(expected, dtype=float), least)
                if row is not None:
                    return (f"month {plain.month}, {table}.{name}, row {row}: "
                            f"columns {found[row].item()!r}, plain model {expected[row]!r}")
    return members_apart(columns, plain) or books_apart(columns, plain)


def first_apart(found: np.ndarray, expected: np.ndarray, least: float) -> int | None:
    """The first row that differs by more than rounding; NaN differs from everything."""
    assert found.shape == expected.shape
    room = RELATIVE * np.maximum(np.abs(found), np.abs(expected)) + least
    apart = np.flatnonzero(~(np.abs(found - expected) <= room))
    return int(apart[0]) if len(apart) else None


def members_apart(columns: KubeModel, plain: PlainModel) -> str | None:
    """The first group whose number of members differs."""
    expected = np.array([len(group.members) for group in plain.groups], dtype=float)
    row = first_apart(columns.state.groups.members[0], expected, 0.0)
    return None if row is None else f"month {plain.month}, groups.members, row {row}"


def books_apart(columns: KubeModel, plain: PlainModel) -> str | None:
    """The first sum of money or programme cost that differs: (item, payer) by district."""
    ledger = columns.state.ledger
    sums = [("money in", sum(ledger.inflows.values()), plain.money_in),
            ("money out", sum(ledger.outflows.values()), plain.money_out)]
    nothing = dict.fromkeys(plain.districts, 0.0)
    for paid in sorted(ledger.costs.keys() | plain.costs.keys()):
        found = ledger.costs.get(paid, np.zeros((1, len(nothing))))[0]
        expected = list(plain.costs.get(paid, nothing).values())
        sums.append((f"cost of {' paid by '.join(paid)}", found, expected))
    for name, found, expected in sums:
        row = first_apart(np.atleast_1d(found), np.atleast_1d(expected), LEAST_MONEY)
        if row is not None:
            return f"month {plain.month}, {name}, district {row}: columns {found}, plain model {expected}"
    return None


# -- worlds -----------------------------------------------------------------------------------

PEOPLE = Population(households=240)
ALL_LISTED = Population(households=240, register_share=1.0)
USUAL = (UepGrant(), Diklat(), Companionship())


@pytest.mark.parametrize("seed", [1, 2])
def test_business_as_usual(seed):
    """Half the households on no list, monthly meetings, shared companions."""
    for columns, _ in months_alike(Scenario(population=PEOPLE, interventions=USUAL), seed):
        pass
    groups, companions = columns.state.groups, columns.state.companions
    assert companions.length == 2 and (companions.practice > 0).all()
    assert 0 < groups.active.sum() < groups.length and (columns.state.households.ill.any())


def test_a_table_worked_in_parts(monkeypatch):
    """Many parts of a few groups each, and of a few households on no list."""
    monkeypatch.setattr("kubesim.state.PART_ROWS", 32)
    for columns, _ in months_alike(Scenario(population=PEOPLE, interventions=USUAL), seed=13):
        pass
    assert len(columns.state.parts()) > 6


def test_no_programme():
    """Lists that never become groups."""
    world = Scenario(population=PEOPLE, groups=GroupPlan(formed=False))
    for columns, _ in months_alike(world, seed=3):
        assert not columns.state.households.in_group.any()
    assert columns.state.households.spells.max() > 1


def test_full_package():
    """Everything that a programme can do at once, in tranches and goods, at different starts."""
    world = Scenario(
        population=ALL_LISTED,
        groups=GroupPlan(size=8, start_spread=6, meetings=4.0, extra_trust=0.05, deposit=20_000.0),
        districts=(District(name="Utara", share=0.6), District(name="Selatan", share=0.4,
                                                               poverty_line=500_000.0)),
        business=Business(crowded_out=0.1),
        interventions=(
            UepGrant(per_member=4e6, joint_share=0.8, in_goods=True, goods_value=0.9, tranches=3,
                     tranche_gap=4, centre_pays=0.7),
            Diklat(hours=60.0, practice_share=0.6, relevance=0.8, facilities=0.8, trainer_competence=0.8,
                   trainer_experience=0.6, experience_weight=0.3, attendance=0.7, sessions=3,
                   session_gap=2, class_size=45.0),
            Companionship(months=10, caseload=4.0, competence=0.8, experience=0.5, turnover=0.05,
                          local_continuation=0.5, local_months=6),
            ClusterMeetings(start_month=3, per_month=2.0, months=12, centre_pays=0.5),
            SavingsAndLoan(start_month=8, amount=600_000.0, all_members=False)))
    tranches, lent_out = 0, 0
    for columns, plain in months_alike(world, seed=4):
        tranches += plain.granted > 0
        lent_out += sum(0 < group.loan_fund < 1.05 * sum(m.group_loan for m in group.members)
                        for group in plain.groups)
    groups = columns.state.groups
    assert set(groups.start_month[0]) == set(range(1, 7)) and tranches > 3
    assert (groups.loan_fund > 0).any() and lent_out > 0, "no fund ever fell short of its members' debt"
    assert (groups.stage == Stage.INDEPENDENT).any() and columns.state.companions.departures.any()


def test_companions_of_one_group_each():
    """Companions as model groups see them one by one: a replacement is as able, visits end with the group."""
    world = Scenario(population=ALL_LISTED, groups=GroupPlan(size=5, start_month=2), interventions=(
        UepGrant(joint_share=0.6), Diklat(start_month=4, hours=30.0),
        Companionship(shared=False, replacement_differs=False, turnover=0.2, learns_by_doing=0.0,
                      ends_with_group=True, months=20)))
    ended_visits = 0
    for columns, _ in months_alike(world, seed=5):
        groups = columns.state.groups
        ended_visits += ((groups.ended >= 0) & (groups.visits > 0)).sum()
    assert columns.state.companions.length == groups.length and columns.state.companions.departures.any()
    assert (groups.ended >= 0).any() and ended_visits <= (groups.ended >= 0).sum()


def test_training_and_mentoring_without_groups():
    """Companions visit lists; nobody is a member."""
    world = Scenario(population=ALL_LISTED, groups=GroupPlan(formed=False, meetings=4.0), interventions=(
        Diklat(hours=60.0, practice_share=0.6, relevance=0.8),
        Companionship(months=24, caseload=4.0, competence=0.8, experience=0.8)))
    for columns, _ in months_alike(world, seed=6):
        assert not columns.state.groups.active.any()
    households = columns.state.households
    assert (households.skill > households.skill_start + 0.1).any() and (households.news > 0).all()


def test_four_shocks_each_in_its_district():
    """Flood, wave of illness, slump and pandemic strike single districts among three."""
    north, east, south = "Utara", "Timur", "Selatan"
    world = Scenario(
        population=PEOPLE, interventions=USUAL,
        districts=(District(name=north, share=0.5), District(name=east, share=0.2),
                   District(name=south, share=0.3)),
        shocks=(Flood(start_month=6, duration=2, districts=(north,)),
                IllnessWave(start_month=4, duration=6, times=20.0, districts=(east,)),
                DemandSlump(start_month=8, duration=4, districts=(south,)),
                Pandemic(start_month=9, duration=6, districts=(south,)),
                Flood(name="second_flood", start_month=15, reach=0.9, districts=(south, east))))
    floods, struck = 0, set()
    for columns, _ in months_alike(world, seed=7):
        floods += "lost in floods" in columns.state.ledger.outflows
        districts = columns.state.districts
        for name in ("labour", "demand", "illness", "visits", "meetings"):
            struck |= {(name, int(row)) for row in np.flatnonzero(getattr(districts, name)[0] != 1)}
    assert floods == 2
    assert struck == {("labour", 0), ("labour", 1), ("labour", 2), ("illness", 1), ("illness", 2),
                      ("demand", 2), ("visits", 2), ("meetings", 2)}


@pytest.mark.parametrize("seed", [8, 9])
def test_groups_that_end_by_every_cause(seed):
    """Losses, distrust and leavers break up groups; members share what is left, loan funds included."""
    easily_grown = Membership(leaving=0.2, developing_age=1, developing_institution=0.0, developing_trust=0.0,
                              developing_capital=0.0, developing_profit=0.0)
    world = Scenario(population=ALL_LISTED, interventions=(*USUAL, SavingsAndLoan(start_month=2)),
                     trust=Trust(lost_always=0.06), joint_business=JointBusiness(loss_chance=0.25),
                     membership=easily_grown)
    shared_funds, funds = 0, np.zeros(1)
    for columns, _ in months_alike(world, seed):
        groups = columns.state.groups
        shared_funds += ((groups.ended == columns.month) & (funds > 0)).sum()
        funds = groups.loan_fund.copy()
    assert set(groups.cause[0]) >= {Cause.TRUST, Cause.CAPITAL, Cause.MEMBERS} and shared_funds > 0


def test_groups_that_everybody_leaves():
    """The money of a group that its last member has left goes to nobody."""
    world = Scenario(population=ALL_LISTED, interventions=USUAL, groups=GroupPlan(size=5),
                     trust=Trust(start=0.2, cohesion_spread=0.1),
                     membership=Membership(leaving=1.0, members_to_last=1, patience=24, capital_to_last=0.0))
    orphaned = 0.0
    for columns, _ in months_alike(world, seed=10):
        orphaned += columns.state.ledger.outflows.get("left without members", np.zeros(1))[0]
    assert orphaned > 0 and (columns.state.groups.cause == Cause.MEMBERS).any()


def test_the_first_difference_is_named():
    """What the comparison would say: a member's trust is shifted in month 3, and it is found there."""
    columns = KubeModel(Scenario(population=ALL_LISTED, interventions=USUAL), 11)
    plain = PlainModel(columns.scenario, 11)
    for _ in range(3):
        columns.step()
        plain.step()
    assert first_difference(columns, plain) is None
    plain.households[7].trust *= 1 + 1e-7
    assert first_difference(columns, plain).startswith("month 3, households.trust, row 7: columns 0.")


@pytest.mark.parametrize("quality, price", [(0.9, 2.0), (0.1, 10.0)])
def test_what_ability_and_practice_cost(quality, price):
    """Dear prices, and so dear that poor teaching and companions would cost less than nothing."""
    world = Scenario(population=PEOPLE, interventions=(
        Diklat(hours=30.0, practice_share=0.4, relevance=quality, trainer_experience=quality,
               practice_cost=30_000.0, quality_cost=20_000.0 * price),
        Companionship(months=6, competence=quality, experience=quality / 3, pay_for_ability=price)))
    spent = {}
    for columns, _ in months_alike(world, seed=14):
        for (item, _), amounts in columns.state.ledger.costs.items():
            spent[item] = spent.get(item, 0.0) + amounts.sum()
    assert (spent["companionship"] > 0) == (quality > 0.5) and spent["diklat"] >= 120 * 30 * 12_000


def test_a_second_contract_after_the_first():
    """Other companions come when the first are gone, strangers again."""
    world = Scenario(population=ALL_LISTED, interventions=(
        *USUAL[:2], Companionship(months=6, turnover=0.1),
        Companionship(name="second", start_month=10, months=10, caseload=6.0, competence=0.8)))
    at_work = set()
    for columns, _ in months_alike(world, seed=12):
        at_work.add(tuple(columns.state.companions.active[0].tolist()))
    assert len(at_work) == 3, "none, the first, the second"
