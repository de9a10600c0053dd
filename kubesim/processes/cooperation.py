"""Effort, the group's institution, and trust."""

from __future__ import annotations

import numpy as np

from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, share, value

SURVIVAL = "calibrated to group survival (Sleman, Batu; Baland et al. 2008)"
MEETINGS = "calibrated to weekly against monthly meetings (Feigenberg, Field & Pande 2013)"


class Effort(Section):
    """Effort in the joint business: a slow logistic response."""

    speed: float = monthly(0.25, "speed of adjustment", symbol="r_e", plausible=(0.1, 0.5))
    base: float = value(-0.042, "logit", "base willingness", low=-10, high=10, symbol="x_0",
                        grade="calibrated", source=SURVIVAL, plausible=(-1, 0.5))
    trust: float = value(1.0, "logit", "effect of own trust", low=0, high=10, symbol="x_c",
                         grade="calibrated", source=SURVIVAL, plausible=(0.5, 3))
    others: float = value(0.86, "logit", "effect of the others' effort (conditional cooperation); "
                          "below 2, or effort becomes bistable", low=0, high=1.99, symbol="x_e",
                          grade="calibrated", source="Fischbacher, Gächter & Fehr 2001; adds nothing "
                          "measurable, kept for what it shows", plausible=(0.5, 1.8))
    dividend: float = value(0.6, "logit", "effect of dividend against time cost", low=0, high=10,
                            symbol="x_d", plausible=(0.3, 1))
    contact: float = value(1.5, "logit", "effect of companion contact", low=0, high=10, symbol="x_v",
                           grade="calibrated", source=SURVIVAL, plausible=(0.3, 2))
    group_size: float = value(0.6, "logit per ln(n/10)", "free riding in larger groups", low=0,
                              high=10, symbol="x_N", source="sign: Holmström 1982, Bell J. 13:324; "
                              "size judged", plausible=(0.2, 1))
    person_spread: float = value(0.5, "logit", "lasting difference between persons", low=0, high=5,
                                 symbol="σ_x", plausible=(0.3, 0.8))
    start: float = share(0.5, "effort at the start")


class Institution(Section):
    """Quality of a group's books, rules and meetings."""

    start: float = share(0.2, "at formation", symbol="B_0", plausible=(0.1, 0.3))
    by_contact: float = monthly(0.15, "taught by companion contact", symbol="b_v", grade="calibrated",
                                source=SURVIVAL, plausible=(0.02, 0.15))
    by_meetings: float = monthly(0.2, "kept up by meetings among trusting members", symbol="b_m",
                                 grade="calibrated", source=MEETINGS, plausible=(0.03, 0.25))
    decay: float = monthly(0.015, "decay", symbol="d_B", grade="calibrated", source=SURVIVAL,
                           plausible=(0.01, 0.04))


class Trust(Section):
    """Trust in, and willingness to cooperate with, the group."""

    start: float = share(0.55, "at formation; haste lowers it", symbol="c_0", plausible=(0.4, 0.65))
    start_spread: float = value(0.089, "0-1", "spread at the start, half shared by the group", low=0,
                                high=1, symbol="σ_c", grade="calibrated", source=SURVIVAL,
                                plausible=(0.08, 0.2))
    cohesion_spread: float = value(0.79, "log", "lasting difference in cohesion between groups", low=0,
                                   high=3, symbol="σ_z", grade="calibrated", source="calibrated to a "
                                   "hazard of break-up that falls with age", plausible=(0.3, 0.8))
    by_meetings: float = monthly(0.088, "built by meetings", symbol="g_m", grade="calibrated",
                                 source=MEETINGS, plausible=(0.02, 0.2))
    by_contact: float = monthly(0.052, "built by companion contact", symbol="g_v", grade="calibrated",
                                source=SURVIVAL, plausible=(0.02, 0.15))
    by_dividends: float = monthly(0.056, "built by dividends", symbol="g_d", grade="calibrated",
                                  source=SURVIVAL, plausible=(0.02, 0.1))
    lost_always: float = monthly(0.013, "base loss", symbol="l_0", grade="calibrated",
                                 source=SURVIVAL, plausible=(0.005, 0.03))
    lost_to_opaque_books: float = monthly(0.016, "loss from opaque books", symbol="l_o",
                                          grade="calibrated", source=SURVIVAL, plausible=(0.01, 0.06))
    lost_to_jealousy: float = monthly(0.29, "loss per unit of effort above the group's mean",
                                      symbol="l_j", grade="calibrated", source=SURVIVAL,
                                      plausible=(0.05, 0.5))
    lost_to_losses: float = monthly(0.15, "loss in a month with a business loss", symbol="l_l",
                                    grade="calibrated", source=SURVIVAL, plausible=(0.02, 0.2))
    lost_to_misuse: float = value(1.0, "per share of capital", "loss per share of the capital taken",
                                  low=0, high=10, symbol="l_t", grade="calibrated", source=SURVIVAL,
                                  plausible=(0.5, 3))
    quarrel_chance: float = monthly(0.04, "chance of a quarrel", symbol="η_c", plausible=(0.02, 0.06))
    lost_to_quarrel: float = share(0.23, "loss of trust in a quarrel", symbol="l_c",
                                   grade="calibrated", source=SURVIVAL, plausible=(0.08, 0.25))
    quarrels_settled: float = share(0.6, "share of that loss a full contact of the companion prevents")


def work(state: State, p: Effort, opportunity_cost: np.ndarray) -> None:
    """Members adjust their effort to trust, the others, the last dividend and the companion.

    Reads: households.effort, .trust, .willingness, .in_group; groups.dividend (last month's),
    .contact, .size. Writes: groups.mean_effort (last month's), .mean_trust (last month's);
    households.effort of members. Draws: none. ``opportunity_cost`` is what a full-effort month
    would earn elsewhere, Rp, shape (replicates, households).
    Source: conditional cooperation (Fischbacher et al. 2001); free riding (Holmström 1982).
    """
    h, groups = state.households, state.groups
    groups.mean_effort = state.mean_of_members(h.effort)
    groups.mean_trust = state.mean_of_members(h.trust)
    common = (p.base - p.trust - p.others + 2 * p.others * groups.mean_effort
              + p.contact * groups.contact - p.group_size * np.log(groups.size / 10))
    paid = state.per_member(groups.dividend) / np.maximum(opportunity_cost, 1.0) - 1
    worth = 2 / (1 + np.exp(-2 * paid)) - 1             # tanh(paid), in half its time
    logit = state.per_member(common) + 2 * p.trust * h.trust + p.dividend * worth + h.willingness
    wanted = 1 / (1 + np.exp(-logit))
    h.effort = np.where(h.in_group, (1 - p.speed) * h.effort + p.speed * wanted, h.effort)


def keep_rules(state: State, p: Institution, meeting: np.ndarray) -> None:
    """Books, rules and meetings improve with contact and trusting meetings, and decay.

    Reads: groups.contact, .mean_trust (last month's), .active. Writes: groups.institution.
    """
    groups = state.groups
    quality = groups.institution
    gain = (p.by_contact * groups.contact + p.by_meetings * meeting * groups.mean_trust) * (1 - quality)
    changed = np.clip(quality + gain - p.decay * quality, 0, 1)
    groups.institution = np.where(groups.active, changed, quality)


def settle_trust(state: State, p: Trust, meeting: np.ndarray, opportunity_cost: np.ndarray,
                 draw: Draws) -> None:
    """Trust grows with meetings, visits and dividends; it is lost to what goes wrong.

    Reads: groups.institution, .contact, .dividend, .loss_month, .share_taken, .cohesion,
    .mean_effort (last month's); households.effort. Writes: households.trust of members.
    Draws: ``trust.quarrel`` (uniform, one a group).
    """
    h, groups = state.households, state.groups
    books = groups.institution
    quarrel = draw.uniform("trust.quarrel", groups) < p.quarrel_chance
    built = p.by_meetings * meeting * (0.4 + 0.6 * books) + p.by_contact * groups.contact
    lost = (p.lost_always + p.lost_to_opaque_books * (1 - books) + p.lost_to_losses * groups.loss_month
            + p.lost_to_misuse * groups.share_taken
            + p.lost_to_quarrel * (1 - p.quarrels_settled * groups.contact) * quarrel)
    envy = state.per_member(groups.cohesion * p.lost_to_jealousy * (1 - 0.5 * books))
    above_mean = np.maximum(h.effort - state.per_member(groups.mean_effort), 0)
    worth = np.clip(state.per_member(groups.dividend) / (2 * np.maximum(opportunity_cost, 1.0)), 0, 1)
    gain = state.per_member(built) + p.by_dividends * worth
    loss = state.per_member(groups.cohesion * lost) + envy * above_mean
    settled = np.clip(h.trust + gain * (1 - h.trust) - loss * h.trust, 0, 1)
    h.trust = np.where(h.in_group, settled, h.trust)
