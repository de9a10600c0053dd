"""Names and numbers of persons in a register are nowhere in what kubesim writes or says."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pandas as pd
import pytest

HEADINGS = "NIK;No KK;Nama Kepala Keluarga;Alamat;No HP;Kecamatan;Nama KUBE;Nama Pendamping;Jumlah Anggota;Pengeluaran"
SCENARIO = """name: Ten families
months: 4
population:
  households: 60
  register: families.csv
  columns: {persons: Jumlah Anggota, spending: Pengeluaran, group: Nama KUBE, companion: Nama Pendamping,
            district: Kecamatan}
  money: {per: household}
districts:
  - {name: Utara, share: 0.5}
  - {name: Selatan, share: 0.5}
interventions:
  - kind: companionship
"""
FAMILIES = ("Zulfikarnain", "Waginem", "Tukiyem", "Paijan", "Sumbogo", "Ngatinah", "Kartolo", "Juminten", "Lasiyem",
            "Bejowati")
GROUPS, COMPANIONS = ("Mawarindah", "Melatiputih"), ("Rusmiyatun", "Dirgantoro")
STREETS, PHONE, NIK, KK = "Kuripanjaya", "08135550", "63710155", "63710288"
SECRETS = (*FAMILIES, *GROUPS, *COMPANIONS, STREETS, PHONE, NIK, KK)


@pytest.fixture
def register(tmp_path, monkeypatch):
    """A register with everything that must not get out, in the working folder."""
    rows = [f"{NIK}{row:08d};{KK}{row:08d};{name};Jl. {STREETS} No. {row} RT 02;{PHONE}{row:04d};"
            f"{('Utara', 'Selatan')[row // 5]};{GROUPS[row // 5]};{COMPANIONS[row // 5]};{2 + row % 4};"
            f"{600 + 310 * row}.000" for row, name in enumerate(FAMILIES)]
    (tmp_path / "families.csv").write_text("\n".join([HEADINGS, *rows, ""]), encoding="utf-8")
    (tmp_path / "families.yaml").write_text(SCENARIO)
    (tmp_path / "without.yaml").write_text("based_on: families.yaml\nname: Without\ninterventions: []\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str) -> str:
    """Everything that a command writes on both channels; it must succeed."""
    made = subprocess.run([sys.executable, "-m", "kubesim", *words], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout + made.stderr


def legible(path: Path) -> str:
    """What can be read in a file: tables in full, packed parts of pictures unpacked."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    raw = path.read_bytes()
    if path.suffix == ".png":
        raw += b"".join(zlib.decompressobj().decompress(raw[at:]) for at in _packed(raw))
    return raw.decode("utf-8", "replace")


def _packed(raw: bytes):
    """Where packed texts of a PNG begin."""
    at = raw.find(b"zTXt")
    while at >= 0:
        yield raw.index(b"\0", at + 4) + 2
        at = raw.find(b"zTXt", at + 4)


@pytest.mark.slow
def test_no_name_and_no_number_leaves_the_register(register):
    """Look, check, run with micro data and CSV, compare with its report, replay: none is found."""
    heard = said("population", "families.csv") + said("check", "families.yaml")
    heard += said("run", "families.yaml", "--replicates", "2", "--csv", "--keep", "groups,companions",
                  "--out", "out/run")
    heard += said("compare", "families.yaml", "without.yaml", "--replicates", "2", "--csv", "--out", "out/compared")
    heard += said("replay", "out/run") + said("replay", "out/compared")
    written = sorted(path for path in (register / "out").rglob("*") if path.is_file())
    assert {"groups.parquet", "report.html", "start.png", "run.json"} <= {path.name for path in written}
    told = {path.relative_to(register).as_posix(): legible(path) for path in written} | {"output": heard}
    found = [(name, secret) for name, text in told.items() for secret in SECRETS if secret.lower() in text.lower()]
    assert not found
    assert all(secret in legible(register / "families.csv") for secret in SECRETS)      # they could be found


@pytest.mark.slow
def test_rows_of_real_households_are_not_kept(register):
    """Sizes and spending of each would tell who is who to anyone with the list."""
    made = subprocess.run([sys.executable, "-m", "kubesim", "run", "families.yaml", "--keep", "households"],
                          capture_output=True, text=True, check=False)
    assert made.returncode == 2 and "rows of real households are not kept" in made.stderr


def test_faults_do_not_show_what_is_personal(register):
    """A bad amount in a row is told by row and column, without the person's name or number."""
    text = (register / "families.csv").read_text().replace("910.000", "abc")
    (register / "families.csv").write_text(text)
    made = subprocess.run([sys.executable, "-m", "kubesim", "run", "families.yaml", "--replicates", "1"],
                          capture_output=True, text=True, check=False)
    assert made.returncode == 2 and "row 3" in made.stderr
    assert not [secret for secret in SECRETS if secret.lower() in (made.stdout + made.stderr).lower()]
