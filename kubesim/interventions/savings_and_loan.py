"""Second-round top-up for groups that prospered, partly an internal savings-and-loan fund."""

from __future__ import annotations

from typing import Literal

from kubesim.columns import Stage
from kubesim.extensions import Intervention
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import rupiah, share, value


class SavingsAndLoan(Intervention):
    """Working capital and a loan fund for groups that reached the developing stage.

    Each month the fund takes over as much of its members' informal debt as it can; members pay
    the fund's own interest on that part (``solidarity.loan_interest``) instead of the lender's.
    """

    kind: Literal["savings_and_loan"] = "savings_and_loan"
    start_month: int = value(13, "months", "month of the group's programme from which it may get it",
                             low=1, high=600)
    amount: float = rupiah(15_000_000, "top-up", unit="Rp per group", grade="observed",
                           source="KUBE pengembangan, 15 m Rp per group (Kalteng 2019)")
    loan_share: float = share(0.5, "share put into the internal loan fund; the rest is joint capital",
                              source="used for both (Roebyantho 2011, p. 131); split unknown")
    all_members: bool = value(True, "yes or no", "only groups in which all members still are",
                              grade="observed", source="BLPS selection, Banjarmasin 2009-11 "
                              "(Roebyantho 2011, p. 131)")
    overhead: float = share(0.05, "administration for each rupiah granted", high=2.0,
                            unit="share of the grant")
    centre_pays: float = share(1.0, "share of the cost paid by the centre")

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Grant the top-up once to each group that qualifies."""
        groups = state.groups
        granted = groups.extra(f"{self.name}.granted", bool)
        due = ((self.since_start(state, month) >= 0) & groups.active & ~granted
               & (groups.stage >= int(Stage.DEVELOPING)))
        if self.all_members:
            due &= groups.members == groups.size
        granted |= due
        amounts = due * self.amount
        groups.capital = groups.capital + amounts * (1 - self.loan_share)
        groups.loan_fund = groups.loan_fund + amounts * self.loan_share
        if due.any():
            state.ledger.inflow("grants", amounts)
            self.book(state, amounts * (1 + self.overhead), self.centre_pays)
