"""The grant for productive business (UEP): money or goods, joint or each member's own."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kubesim.extensions import Intervention
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import rupiah, share, value, whole_months


class UepGrant(Intervention):
    """Capital given to the group, in one or more tranches."""

    kind: Literal["uep_grant"] = "uep_grant"
    per_member: float = rupiah(2_000_000, "grant per household on the list", unit="Rp per member",
                               grade="observed", source="Rp 2 m per member to the group's account "
                               "(2017, 2020; Banjarmasin 2019: 20 m per group of ten)")
    joint_share: float = share(1.0, "share held jointly; the rest goes to each member", grade="observed",
                               source="paid to the group account")
    in_goods: bool = value(False, "yes or no", "given as goods: the part not held jointly becomes "
                           "stock of the member's own business, where there is one", grade="observed",
                           source="cash by the centre; goods in Kalteng's local-budget variant 2020")
    goods_value: float = share(1.0, "worth of goods to the member for each rupiah spent (unsuitable "
                               "stock is worth less); 1 is as good as cash")
    tranches: int = value(1, "payments", "equal payments; later ones only to groups still alive",
                          low=1, high=24)
    tranche_gap: int = whole_months(6, "between payments", low=1)
    overhead: float = share(0.05, "administration for each rupiah granted", high=2.0,
                            unit="share of the grant")
    centre_pays: float = share(1.0, "share of the cost paid by the centre", grade="observed",
                               source="ministry's budget (Banjarmasin 2019)")

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Pay the tranche that is due to each group."""
        h, groups = state.households, state.groups
        since = self.since_start(state, month)
        due = ((since >= 0) & (since % self.tranche_gap == 0)
               & (since < self.tranches * self.tranche_gap) & groups.active)
        if not due.any():
            return
        worth = self.goods_value if self.in_goods else 1.0
        each = due * self.per_member / self.tranches * worth
        joint = each * self.joint_share * groups.members
        groups.capital = groups.capital + joint
        groups.capital_start = groups.capital_start + joint
        own = state.per_member(each * (1 - self.joint_share)) * h.in_group
        stock = own * h.has_business if self.in_goods else np.zeros_like(own)
        h.business_capital = h.business_capital + stock
        h.savings = h.savings + own - stock
        state.ledger.inflow("grants", joint)
        state.ledger.inflow("grants", own)
        spent = due * self.per_member / self.tranches * groups.members
        self.book(state, spent * (1 + self.overhead), self.centre_pays)
