"""A small lesson for tests, as a teacher might write it."""

LESSON = """title: {id: Dua bantuan}
question: {en: Does a larger grant pay?, id: Apakah bantuan lebih besar menguntungkan?}
story: {en: Two worlds.}
outcome: consumption
whose: members
also: [groups_active, cost]
months: 6
households: 40
seeds: 6
base:
  population.register_share: 1.0
  groups.size: 5
  interventions: [{kind: uep_grant}]
designs:
  - {name: small, label: {en: small grant}}
  - name: large
    label: {en: large grant}
    changes: {interventions.uep_grant.per_member: 4000000}
prediction:
  kind: best
  ask: {en: Which is better?}
  month: 4
  options:
    - {name: a, text: {en: The small one}, reply: {en: Say no.}, design: small}
    - {name: b, text: {en: "<b>The large one</b>"}, reply: {en: Say yes.}, design: large}
  answer: b
mechanisms:
  - name: leaks
    label: {en: money leaks}
    ask: {en: What if none leaked?}
    shows: {en: This is what it shows.}
    changes: {misuse.leaks: 0.0}
    design: large
    against: small
    month: 6
    expect: kept
evidence:
  - {says: {en: It was found.}, source: "Somebody (2001), Journal 1: 2", grade: literature}
plan:
  - {minutes: 20, do: {en: Predict.}}
  - {minutes: 25, do: {en: Reveal.}}
questions: [{en: "Why?"}]
cannot: [{en: Much.}]
debrief: [{en: Think.}]
"""
