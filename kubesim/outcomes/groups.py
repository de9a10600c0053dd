"""Groups: survival, stages, causes of break-up, and the companions' visits."""

from __future__ import annotations

import numpy as np

from kubesim.columns import Cause, Stage
from kubesim.extensions import outcome

FORMED = "share of groups formed so far"


def _formed(g) -> np.ndarray:
    return g.active | (g.ended >= 0)


@outcome(FORMED, table="groups")
def groups_active(g, params):
    """Groups still alive."""
    return g.active, _formed(g)


@outcome(FORMED, table="groups", source="stages of the ministry's evaluation (Hermawati 2011)")
def groups_developing(g, params):
    """Groups at the stage berkembang."""
    return g.stage == int(Stage.DEVELOPING), _formed(g)


@outcome(FORMED, table="groups", source="stages of the ministry's evaluation (Hermawati 2011)")
def groups_independent(g, params):
    """Groups at the stage mandiri."""
    return g.stage == int(Stage.INDEPENDENT), _formed(g)


@outcome(FORMED, table="groups")
def groups_dissolved_trust(g, params):
    """Groups broken up because trust was gone."""
    return g.cause == int(Cause.TRUST), _formed(g)


@outcome(FORMED, table="groups")
def groups_dissolved_capital(g, params):
    """Groups broken up because their capital was gone."""
    return g.cause == int(Cause.CAPITAL), _formed(g)


@outcome(FORMED, table="groups")
def groups_dissolved_members(g, params):
    """Groups broken up because too few members were left."""
    return g.cause == int(Cause.MEMBERS), _formed(g)


@outcome("Rp per group", table="groups")
def joint_capital(g, params):
    """Joint capital of living groups."""
    return g.capital, g.active


@outcome("0 to 1", table="groups")
def institution(g, params):
    """Quality of books, rules and meetings in living groups."""
    return g.institution * g.active, g.active


@outcome("0 to 1", table="groups")
def misuse(g, params):
    """Members' propensity to misuse capital or default, in living groups."""
    return g.misuse_rate * g.members * g.active, g.members * g.active


@outcome("visits per group and month", table="groups")
def visits(g, params):
    """Companion's visits to each group under contract."""
    return g.visits, g.contact > 0


@outcome("0 to 1", table="groups")
def contact(g, params):
    """Quality of companion contact in groups under contract."""
    return g.contact, g.contact > 0


@outcome("groups per companion", table="companions")
def caseload(c, params):
    """Groups that each companion at work must serve."""
    return c.caseload * c.active, c.active


@outcome("companions", table="companions")
def companions_active(c, params):
    """Companions at work."""
    return c.active, None
