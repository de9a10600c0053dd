"""Statistics of groups: survival, stages, misuse, trust."""

from __future__ import annotations

import numpy as np

from kubesim.columns import Cause, Stage
from kubesim.validation.statistic import Life, Months, all_from_to, divided, mean_among, statistic

ALIVE = ("groups.active", "groups.start_month")


@statistic(*ALIVE)
def groups_alive(months: Months, arm: Life) -> np.ndarray:
    """Living groups over groups ever formed, at the month's end."""
    return _of_formed(arm, months[0], arm.at("groups.active", months[0]))


@statistic("groups.stage", "groups.start_month")
def groups_developed(months: Months, arm: Life) -> np.ndarray:
    """Groups at stage developing or independent over groups ever formed."""
    return _of_formed(arm, months[0], arm.at("groups.stage", months[0]) >= int(Stage.DEVELOPING))


@statistic("groups.cause")
def ended_by_distrust(months: Months, arm: Life) -> np.ndarray:
    """Of groups that broke up by the month, the share of which trust was lost."""
    cause = arm.at("groups.cause", months[0])
    return mean_among(cause == int(Cause.TRUST), cause > int(Cause.NONE))


@statistic(*ALIVE)
def survival_difference(months: Months, one: Life, other: Life) -> np.ndarray:
    """Share of groups alive in one arm less that in the other."""
    return groups_alive(months, one) - groups_alive(months, other)


@statistic("groups.misuse_rate", "groups.members", "groups.active", window=all_from_to)
def misuse_ratio(months: Months, one: Life, other: Life) -> np.ndarray:
    """Misuse and arrears rate of members of living groups, mean of the months: one arm's over the other's."""
    return divided(_misuse(months, one), _misuse(months, other))


def _misuse(months: Months, arm: Life) -> np.ndarray:
    rates = [mean_among(arm.at("groups.misuse_rate", month),
                         arm.at("groups.members", month) * arm.at("groups.active", month))
             for month in all_from_to(months)]
    return np.mean(rates, axis=0)


@statistic("households.trust", "households.in_group")
def trust_ratio(months: Months, one: Life, other: Life) -> np.ndarray:
    """Mean trust of members of living groups, one arm's over the other's."""
    trust = [mean_among(arm.at("households.trust", months[0]), arm.at("households.in_group", months[0]))
             for arm in (one, other)]
    return divided(*trust)


def _of_formed(arm: Life, month: int, counted: np.ndarray) -> np.ndarray:
    formed = arm.at("groups.start_month", month) <= month
    return mean_among(counted, formed)
