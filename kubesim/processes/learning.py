"""Knowledge becomes skill by use, coaching and peers; skill, knowledge and news fade."""

from __future__ import annotations

import numpy as np

from kubesim.state import State
from kubesim.units import Section, monthly, share, value

FADING = "half-life 6.5-13 months without use (Tatel & Ackerman, Psych. Bull. doi 10.1037/bul0000481)"


class Learning(Section):
    """Learning between training sessions."""

    knowledge_fades: float = monthly(0.054, "forgetting of knowledge", symbol="λ_K",
                                     grade="literature", source=FADING, plausible=(0.053, 0.107))
    skill_fades: float = monthly(0.053, "loss of gained skill that is not used", symbol="λ_h",
                                 grade="literature", source=FADING, plausible=(0.053, 0.107))
    used_in_business: float = share(0.88, "share of that loss prevented by use in an own business",
                                    symbol="ω_o", grade="calibrated", source="calibrated to the time "
                                    "path of effects", plausible=(0.6, 0.95))
    used_in_group: float = share(0.92, "share of that loss prevented by full effort in the group",
                                 symbol="ω_u", grade="calibrated", source="calibrated to the time "
                                 "path of effects", plausible=(0.5, 1))
    by_use: float = monthly(0.019, "knowledge turned into skill by daily use alone", symbol="κ_0",
                            grade="calibrated", source="theory alone gains 5-10 % (McKenzie 2021)",
                            plausible=(0.003, 0.03))
    by_coaching: float = monthly(0.69, "knowledge turned into skill per unit of companion contact",
                                 symbol="κ_v", grade="calibrated", plausible=(0.2, 1),
                                 source="know-how plus visits +15-40 % (Dalton et al. 2021)")
    taught_directly: float = monthly(0.0022, "skill taught by the companion herself", symbol="κ_d",
                                     grade="calibrated", source="calibrated to the fading of "
                                     "mentoring (Brooks et al. 2018)", plausible=(0, 0.01))
    from_peers: float = monthly(0.011, "skill picked up from the best member", symbol="κ_p",
                                grade="calibrated", source="calibrated; weak on targets, kept because "
                                "peers learning from peers is part of what a KUBE is",
                                plausible=(0, 0.04))
    from_other_groups: float = monthly(0.002, "skill picked up from practice that the companion "
                                       "carries from her other groups; 0 switches it off",
                                       plausible=(0, 0.01))
    news_brought: float = value(0.044, "log per month", "market news per unit of contact", low=0,
                                high=1, symbol="g_I", grade="calibrated", plausible=(0.03, 0.12),
                                source="mentor +20 % profit (Brooks et al. 2018)")
    news_ages: float = monthly(0.2, "ageing of market news", symbol="λ_I", grade="calibrated",
                               source="fades within 12 months (Brooks et al. 2018)",
                               plausible=(0.1, 0.35))
    problem_solving_start: float = share(0.2, "problem-solving at the start", symbol="q_0",
                                         plausible=(0.1, 0.3))
    problem_solving_coached: float = monthly(0.05, "problem-solving taught by contact", symbol="κ_q",
                                             plausible=(0.02, 0.1))
    problem_solving_fades: float = monthly(0.02, "its loss", symbol="λ_q", plausible=(0.01, 0.05))


def learn(state: State, p: Learning, meeting: np.ndarray) -> None:
    """A month of learning, after this month's training and with this month's companion visit.

    Reads: groups.contact, .news_from_meetings, .shown_practice; households.in_group, .effort
    (last month's). Writes: groups.mean_skill, .best_skill; households.knowledge, .skill,
    .problem_solving, .news. Draws: none. ``meeting`` is the meeting intensity of each group,
    shape (replicates, groups), 0 to 1.
    """
    h, groups = state.households, state.groups
    groups.mean_skill = state.mean_of_members(h.skill)
    groups.best_skill = state.best_per_group(h.skill * h.in_group)
    contact = state.per_member(groups.contact)
    skill = h.skill + (p.by_use + p.by_coaching * contact) * np.maximum(h.knowledge - h.skill, 0)
    if groups.length:                                   # on no list there is nobody to learn from
        peers = p.from_peers * state.per_member(meeting) * h.in_group
        best = state.per_member(groups.best_skill)
        shown = state.per_member(groups.shown_practice)
        skill += (p.taught_directly * contact * (1 - skill) + peers * np.maximum(best - skill, 0)
                  + p.from_other_groups * contact * np.maximum(shown - skill, 0))
    used = np.maximum(p.used_in_business * h.has_business, p.used_in_group * h.effort * h.in_group)
    h.skill = h.skill_start + (skill - h.skill_start) * (1 - p.skill_fades * (1 - used))
    h.knowledge = h.skill_start + (h.knowledge - h.skill_start) * (1 - p.knowledge_fades)
    solving = h.problem_solving + p.problem_solving_coached * contact * (1 - h.problem_solving)
    start = p.problem_solving_start
    h.problem_solving = start + (solving - start) * (1 - p.problem_solving_fades)
    h.news = ((1 - p.news_ages) * h.news + p.news_brought * contact
              + state.per_member(groups.news_from_meetings) * h.in_group)
