"""The published indices of all 514 districts, where they lie beside the repository; skipped elsewhere."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest

from kubesim.model import KubeModel
from kubesim.people.agreement import agreements
from kubesim.people.margins import Margins, contradictions
from kubesim.scenario import Scenario

FOLDER = Path(__file__).parents[3] / "shared" / "data"
INDICES = {"poverty_rate": "p0_pct", "poverty_gap": "p1_pct", "poverty_severity": "p2_pct"}
TEN = ("Simeulue", "Kota Banjarmasin", "Barito Kuala", "Hulu Sungai Selatan", "Balangan", "Kota Banjar Baru",
       "Tanah Bumbu", "Paser", "Nduga", "Kota Baru")
"""Districts across the country's range, from 3 to more than 30 % poor."""

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no published tables in {FOLDER}")


def rows(file="districts_2025.csv"):
    with open(FOLDER / file, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def district(row, **more):
    margins = {name: float(row[column]) / 100 for name, column in INDICES.items()}
    return {"name": f"{row['district']}, {row['province']}", "share": 1.0,
            "poverty_line": float(row["poverty_line_idr_per_capita_month"]), "margins": margins, **more}


def country(given, **population):
    return Scenario.from_mapping({"districts": given, "groups": {"formed": False}, "population": population})


def found(name):
    return next(row for row in rows() if row["district"] == name)


def test_no_published_district_contradicts_itself():
    """Rounded as they are printed, all 514 obey every rule."""
    for row in rows():
        margins = Margins(**district(row)["margins"])
        assert not list(contradictions(margins, 500_000.0, 0.4)), row["district"]


def test_a_country_is_read_quickly():
    """Contradictions only, no fit: 514 districts in less than a second of a processor."""
    begin = time.process_time()
    assert len(country([district(row) for row in rows()]).districts) == 514
    assert time.process_time() - begin < 1


@pytest.mark.slow
def test_all_districts_are_fitted():
    """P0 within 1 % of all but one (Kota Tarakan, whose P1 is 0.008 of its P0, hardly possible). Forty-one of 514
    are refused, nearly all since P1 / P0 is below the tenth that the luck of a month makes by itself; of others
    P1 stays within a quarter, and within a twentieth in nine of ten, of what is printed. What is not published
    stays about as it is in the model: families of 3.9, and a Gini index of at least 0.2 in all but a few."""
    held = country([district(row) for row in rows()])
    begin = time.process_time()
    told = agreements(held)
    assert time.process_time() - begin < 30
    unmet = {line.district for line in told if not line.met}
    assert 25 <= len(unmet) <= 55
    by_margin = {name: [line for line in told if line.margin == name] for name in INDICES}
    missed = [line.district for line in by_margin["poverty_rate"] if not line.met]
    assert missed == ["Kota Tarakan, Kalimantan Utara"]
    shallow = {line.district for line, rate in zip(by_margin["poverty_gap"], by_margin["poverty_rate"])
               if line.published < 0.1 * rate.published}
    assert unmet <= shallow
    off = np.array([(abs(line.fitted - line.published) - 5e-5) / line.published
                    for line in by_margin["poverty_gap"] if line.district not in unmet])
    assert off.max() < 0.25 and (off < 0.05).mean() > 0.88
    usual = [line for line in told if line.district != missed[0]]
    assert all(3.8 < line.fitted < 4.0 for line in usual if line.margin == "family_size")
    assert sum(line.fitted < 0.2 for line in usual if line.margin == "gini") <= 12


@pytest.mark.parametrize("name", TEN)
def test_drawn_people_have_the_published_indices(name):
    """20,000 households counted all: P0, P1 and P2 of month 0 within 4 standard errors of the draw (P0 of 5 %:
    0.18 points each) and 4, 6 and 9 % of what was fitted (luck of the first month's curves)."""
    held = country([district(found(name))], households=20_000, register_share=1.0, targeted_share=1.0)
    state = KubeModel(held, seed=2025).state
    h = state.households
    persons, short = h.persons[0], np.maximum(1 - h.living_standard[0], 0)
    each = {"poverty_rate": short > 0, "poverty_gap": short, "poverty_severity": short**2}
    for line in agreements(held, state):
        if line.margin in each:
            values = persons * (each[line.margin] - line.drawn) / persons.mean()
            near = {"poverty_rate": 0.04, "poverty_gap": 0.06, "poverty_severity": 0.09}[line.margin]
            assert abs(line.drawn - line.fitted) < 4 * values.std() / np.sqrt(20_000) + near * line.fitted, line


def test_one_province_keeps_line_poverty_mean_and_inequality_together():
    """Kalimantan Selatan 2025: one lognormal through line, P0 and mean has a Gini index of 0.25; BPS publishes
    0.325 (September 2021, the latest). Fitted are all of them, and P1."""
    [row] = [row for row in rows("provinces_expenditure_2015_2025.csv")
             if (row["province"], row["year"]) == ("Kalimantan Selatan", "2025")]
    [line] = [row for row in rows("poverty_line_2011_2025.csv") if row["level"] == "province"
              and (row["area"], row["year"]) == ("Kalimantan Selatan", "2025")]
    spending = float(row["mean_total_expenditure_idr_per_capita_month"])
    margins = {"poverty_rate": 0.0416, "poverty_gap": 0.0048, "spending": spending, "gini": 0.325}
    held = country([{"name": "Kalsel", "margins": margins,
                     "poverty_line": float(line["poverty_line_idr_per_capita_month"])}])
    for told in agreements(held):
        assert told.met
        if told.margin in margins:
            assert told.fitted == pytest.approx(told.published, rel=0.02), told


def test_banjarmasin_with_its_province_s_mean_and_inequality():
    """Line, P0, P1, P2 of the city, mean and Gini of the province: met within the leeway that P1 and P2 have."""
    margins = district(found("Kota Banjarmasin"))
    margins["margins"] |= {"spending": 1_603_501.0, "gini": 0.325}
    told = {line.margin: line for line in agreements(country([margins]))}
    assert all(line.met for line in told.values())
    assert told["poverty_rate"].fitted == pytest.approx(0.0452, rel=0.01)
    assert told["gini"].fitted == pytest.approx(0.325, abs=0.01)
