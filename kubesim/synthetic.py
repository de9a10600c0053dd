"""``python -m kubesim.synthetic FILE``: a made-up register of households, as an office might keep one.

Every household is the model's own, drawn from a scenario's city: nobody in it lives anywhere. For
tutorials and tests; the same bytes each time.
"""

from __future__ import annotations

import argparse
import sys
from io import StringIO
from pathlib import Path

import numpy as np

from kubesim import files
from kubesim.model import KubeModel
from kubesim.people.survey import quantile
from kubesim.randomness import Draws, Rows
from kubesim.scenario import Scenario

HEADINGS = ("Data", "No", "Kecamatan", "Kode KUBE", "Kode Pendamping", "Jumlah Anggota Keluarga", "Anggota Bekerja",
            "Pengeluaran per Bulan (Rp)", "Desil", "Lantai Layak", "Dinding Layak", "Jamban Sendiri")
MARK = "SINTETIS (kubesim)"
"""Stands in the first column of every row."""
SIZES = (8, 12)
"""Fewest and most households of a group."""
LEFT_OUT, UNKNOWN = 0.05, 0.15
"""Share of households in no group, and of rows without spending, without a decile and without a size each."""
GROUPS_EACH = 5
"""Groups of a companion."""


def synthetic_register(scenario: Scenario, households: int = 240, seed: int = 2024) -> str:
    """A register of poor households as CSV text with semicolons and thousand points.

    The households are those that the scenario's register would list, as month 0 leaves them; groups,
    companions, workers and gaps are drawn. The codes KUBE-01 and P-1 stand for no one.
    """
    share = scenario.population.register_share
    enough = int(households / share) + scenario.groups.size * len(scenario.districts)
    state = KubeModel(scenario.with_({"population.households": enough, "groups.formed": False}, interventions=[],
                                     shocks=[]), seed=seed).state
    h, draw = state.households, Draws([seed]).named("synthetic.")
    rows = np.sort(np.argsort(draw.uniform("chosen", Rows(0, state.listed))[0])[:households])
    edges = [quantile(h.living_standard[0], h.weight[0], tenth / 10) for tenth in range(1, 10)]
    every = Rows(0, len(rows))
    district = h.district[0, rows]
    group, companion = _groups(district, draw)
    persons = h.persons[0, rows].astype(int)
    working = 1 + np.floor(draw.uniform("workers", every)[0] * np.minimum(persons, 3)).astype(int)
    spending = np.round(h.consumption[0, rows], -4).astype(int)
    decile = 1 + np.searchsorted(edges, h.living_standard[0, rows])
    gaps = {name: draw.uniform(f"gap.{name}", every)[0] < UNKNOWN for name in ("spending", "decile", "persons")}
    good = [draw.uniform(f"housing.{item}", every)[0] < h.housing[0, rows] for item in HEADINGS[-3:]]
    written = StringIO()
    print(*HEADINGS, sep=";", file=written)
    for row in range(len(rows)):
        known = {name: not gap[row] for name, gap in gaps.items()}
        print(MARK, row + 1, scenario.districts[district[row]].name,
              f"KUBE-{group[row] + 1:02d}" if group[row] >= 0 else "",
              f"P-{companion[row] + 1}" if companion[row] >= 0 else "",
              persons[row] if known["persons"] else "", working[row],
              f"{spending[row]:,}".replace(",", ".") if known["spending"] and known["persons"] else "",
              decile[row] if known["decile"] else "", *("ya" if item[row] else "tidak" for item in good),
              sep=";", file=written)
    return written.getvalue()


def _groups(district: np.ndarray, draw: Draws) -> tuple[np.ndarray, np.ndarray]:
    """The group and the companion of each household, -1 for none; a companion keeps to her district."""
    group, companion = np.full(len(district), -1), np.full(len(district), -1)
    luck = draw.uniform("sizes", Rows(0, len(district)))[0]
    left_out = draw.uniform("left out", Rows(0, len(district)))[0] < LEFT_OUT
    made = hired = 0
    for place in np.unique(district):
        rows = np.flatnonzero((district == place) & ~left_out)
        served = 0
        while len(rows) >= SIZES[0]:
            size = SIZES[0] + int(luck[made] * (SIZES[1] - SIZES[0] + 1))
            group[rows[:size]], companion[rows[:size]] = made, hired + served // GROUPS_EACH
            made, served, rows = made + 1, served + 1, rows[size:]
        hired += -(-served // GROUPS_EACH)
    return group, companion


def main(arguments: list[str] | None = None) -> int:
    """Write the file that is shipped as scenarios/synthetic_register.csv."""
    parser = argparse.ArgumentParser(prog="python -m kubesim.synthetic", description=__doc__)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--scenario", default="scenarios/banjarmasin.yaml")
    parser.add_argument("--households", type=int, default=240)
    parser.add_argument("--seed", type=int, default=2024)
    asked = parser.parse_args(arguments)
    made = synthetic_register(Scenario.load(asked.scenario), asked.households, asked.seed)
    files.write_whole(Path(asked.file), made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
