"""The columns of the state: households, groups, companions, markets, districts."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from kubesim.table import Table


class Stage(IntEnum):
    """Life of a group, as the ministry's evaluations name it (Hermawati 2011)."""

    NONE = 0            # not yet formed, or broken up
    GROWING = 1         # tumbuh
    DEVELOPING = 2      # berkembang
    INDEPENDENT = 3     # mandiri


class Cause(IntEnum):
    """Why a group broke up."""

    NONE = 0
    TRUST = 1
    CAPITAL = 2
    MEMBERS = 3


class Households(Table):
    """Rumah tangga, the unit of decision. Money in rupiah a month unless said otherwise."""

    # who they are
    persons: float              # family size, 1 to 10
    weight: float               # households of the city that this row stands for
    district: int               # row of Districts
    listed: bool                # on a KUBE list at the start: assigned, whatever happens later
    poverty_line: float         # Rp a month for the whole household, > 0
    normal_income: float        # long-run income, > 0
    labour_income: float        # part of it from labour
    business_income: float      # part of it from the own business at the start; 0 without one
    business_capital_start: float   # capital that yields it; 1 Rp without a business
    skill_start: float          # 0 to 1
    savings_target: float       # months of income
    willingness: float          # lasting willingness to work for a group, logit
    # luck and health
    luck: float                 # persistent luck in earnings, log
    ill: bool                   # seriously ill now
    # the four needs
    food: float                 # food spending as a share of the poverty line
    clothing: float             # stock, 0 to 1
    housing: float              # stock, 0 to 1
    health: float               # 0 to 1
    # money
    savings: float              # savings minus informal debt, Rp
    group_loan: float           # part of the debt owed to the group's loan fund, Rp
    expected_income: float      # what the household takes for its normal income
    business_capital: float     # Rp, >= 0
    labour_earnings: float      # wages and casual work
    business_profit: float      # of the own business
    dividend: float             # from the joint business
    misuse: float               # joint capital taken for the household
    solidarity_payment: float   # from the group's fund when ill
    income: float               # all of these
    consumption: float          # all spending but investment, interest and medical bills
    kin_help: float             # from relatives, when the floor of consumption binds
    # what they know
    knowledge: float            # 0 to 1
    skill: float                # 0 to 1
    problem_solving: float      # 0 to 1
    news: float                 # fresh market news, log profit, >= 0
    # in the group
    in_group: bool              # member of a living group
    trust: float                # 0 to 1, kept as it was outside a group
    effort: float               # 0 to 1, kept as it was outside a group
    # poverty told over time
    poor: bool                  # consumption below the line
    was_poor: bool              # last month
    poor_at_start: bool         # in month 0
    spells: int                 # poverty spells so far, the present one included
    spell_months: int           # length of the present spell; 0 when not poor
    poor_months: int            # months in poverty so far

    @property
    def has_business(self) -> np.ndarray:
        """Whether the household runs a business of its own."""
        return self.business_income > 0

    @property
    def living_standard(self) -> np.ndarray:
        """Consumption as a multiple of the household's poverty line."""
        return self.consumption / self.poverty_line


class Groups(Table):
    """KUBE, joint business groups; before its start and without a programme a mere list."""

    district: int               # row of Districts
    market: int                 # row of Markets
    companion: int              # row of Companions, her last one's after the contract, -1 before
    size: float                 # households at formation
    start_month: int            # month of formation
    cohesion: float             # multiplies all losses of trust, > 0
    site: float                 # lasting advantage of the place, log
    price: float                # of its wares this month, 1 in a quiet empty market
    active: bool                # formed and not broken up
    age: int                    # months since formation, while active
    members: float              # households in the group now
    # the joint business
    capital: float              # incl. working stock, Rp, >= 0
    capital_start: float        # capital put in by the programme, Rp
    solidarity: float           # solidarity fund (IKS), Rp
    loan_fund: float            # internal savings-and-loan, claims included, Rp
    value_added: float          # sales minus materials, Rp a month
    profit: float               # value added minus fixed cost, wear and losses
    profit_per_member: float    # smoothed
    dividend: float             # per member, last pay-out, Rp
    loss_month: bool            # an adverse event, or a negative profit
    share_taken: float          # share of the capital misused this month
    misuse_rate: float          # mean propensity of members to misuse or default, 0 to 1
    # people
    institution: float          # quality of books, rules and meetings, 0 to 1
    mean_skill: float           # of members, after training and before this month's learning
    best_skill: float           # of the most skilled member, at the same moment
    mean_effort: float          # of members, last month's
    mean_trust: float           # of members, last month's until trust is settled
    low_trust_months: int       # in a row
    idle_months: int            # in a row without any joint capital
    stage: int                  # Stage
    cause: int                  # Cause
    ended: int                  # month of break-up, -1 while it lives
    # companion
    contact: float              # quality of this month's companion contact, 0 to 1
    visits: float               # this month
    acquaintance: float         # how well companion and group know each other, 0 to 1
    news_from_meetings: float   # brought by cluster meetings this month, log profit
    shown_practice: float       # practice that the companion carries from her other groups


class Companions(Table):
    """Pendamping, each with her groups."""

    district: int               # row of Districts
    competence: float           # 0 to 1
    experience: float           # practical experience, 0 to 1
    caseload: float             # groups she must serve
    active: bool                # under contract this month
    visits: float               # made this month
    practice: float             # best practice she has seen in her groups, 0 to 1
    departures: int             # replaced so far


class Markets(Table):
    """Local markets (district x trade) in which joint businesses sell."""

    district: int               # row of Districts
    demand: float               # demand luck, log
    crowding: float             # last month's sum of value added, Rp


class Districts(Table):
    """Kecamatan (or districts), each with this month's conditions; factors are 1 ordinarily."""

    prices: float               # price level; 1 is the one at which the model's rupiah constants hold

    labour: float               # factor on labour earnings
    demand: float               # factor on prices of joint and own businesses
    illness: float              # factor on the chance of falling ill
    visits: float               # factor on companions' visits
    meetings: float             # factor on group meetings
    crowding: float             # last month's joint value added over the size of its markets
