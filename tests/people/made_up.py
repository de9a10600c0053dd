"""Household files of a few made-up families, and scenarios that start from them."""

from __future__ import annotations

from pathlib import Path

REGISTER = """Kecamatan;Kelompok;Pendamping;Anggota;Pengeluaran;Lantai
Utara;K-1;P-1;4;1.200.000;ya
Utara;K-1;P-1;2;900.000;tidak
Utara;K-1;P-1;5;6.000.000;ya
Selatan;K-2;P-2;3;1.500.000;ya
Selatan;K-2;P-2;6;9.600.000;tidak
Utara;K-3;;4;2.800.000;ya
Utara;K-3;;5;1.000.000;ya
Selatan;K-4;P-1;2;1.100.000;ya
Selatan;K-4;P-1;3;1.100.000;tidak
Utara;;;7;2.800.000;ya
"""
SCENARIO = """name: Ten families
months: 6
population:
  households: 60
  register: families.csv
  columns: {persons: Anggota, spending: Pengeluaran, housing: [Lantai], group: Kelompok, companion: Pendamping,
            district: Kecamatan}
  money: {per: household}
districts:
  - {name: Utara, share: 0.5}
  - {name: Selatan, share: 0.5}
interventions:
  - kind: companionship
    caseload: 10
"""


def write_register(folder: Path, rows: str = REGISTER, scenario: str = SCENARIO) -> Path:
    """A scenario with its register in a folder; gives the scenario's path."""
    (folder / "families.csv").write_text(rows, encoding="utf-8")
    (folder / "families.yaml").write_text(scenario, encoding="utf-8")
    return folder / "families.yaml"
