"""A flood: stock and housing are lost, and work stops for a while."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kubesim.extensions import Shock
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import share


class Flood(Shock):
    """Water takes a share of capital, clothing and housing from the households and groups it hits."""

    kind: Literal["flood"] = "flood"
    reach: float = share(0.5, "chance that a household or group of the district is hit")
    own_stock: float = share(0.3, "share of own business capital lost")
    joint_stock: float = share(0.3, "share of joint capital lost")
    housing: float = share(0.3, "share of the dwelling's quality lost")
    clothing: float = share(0.2, "share of clothing lost")
    earnings: float = share(0.15, "labour earnings lost in the district while it lasts")

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Losses in the first month; less work for as long as it lasts."""
        if not self.strikes(month):
            return
        h, groups = state.households, state.groups
        where = self.where(state)
        state.districts.labour[:, where] *= 1 - self.earnings
        if month > self.start_month:
            return
        hit = where[h.district] & (draw.uniform("hits household", h) < self.reach)
        drowned = where[groups.district] & (draw.uniform("hits group", groups) < self.reach)
        own, joint = self.own_stock * h.business_capital * hit, self.joint_stock * groups.capital * drowned
        h.business_capital = h.business_capital - own
        groups.capital = groups.capital - joint
        h.housing = h.housing * (1 - self.housing * hit)
        h.clothing = h.clothing * (1 - self.clothing * hit)
        state.ledger.outflow("lost in floods", np.concatenate([own, joint], axis=1))
