"""Meetings of several groups, where market news passes between them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kubesim.extensions import Intervention
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import rupiah, share, value, whole_months


class ClusterMeetings(Intervention):
    """Groups meet other groups; skilled ones have news to tell (listed after a training, of its month too)."""

    kind: Literal["cluster_meetings"] = "cluster_meetings"
    per_month: float = value(1.0, "meetings per month", "cluster meetings", low=0, high=30)
    months: int = whole_months(24, "how long they are held")
    news_brought: float = value(0.044, "log per month", "market news of a full exchange", low=0,
                                high=1, symbol="g_I", source="as a companion's, assumed")
    full_exchange: float = value(1.5, "meetings per month", "meetings at which 63 % of the possible "
                                 "exchange is reached", above=0, high=100, symbol="v_0")
    cost: float = rupiah(20_000, "cost per group and meeting", unit="Rp per group-meeting")
    centre_pays: float = share(0.0, "share of the cost paid by the centre")

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """News for the households of living groups, by the mean skill of all living groups that it
        reaches."""
        h, groups = state.households, state.groups
        since = self.since_start(state, month)
        meets = (since >= 0) & (since < self.months) & groups.active
        if not meets.any():
            return
        skill = state.mean_of_members(h.skill)
        living = groups.active & self.where(state)[groups.district]
        mean_skill = (skill * living).sum(axis=1) / np.maximum(living.sum(axis=1), 1)
        exchange = 1 - np.exp(-self.per_month / self.full_exchange)
        groups.news_from_meetings = (groups.news_from_meetings
                                     + meets * self.news_brought * mean_skill[:, None] * exchange)
        self.book(state, meets * self.per_month * self.cost, self.centre_pays)
