"""``kubesim population``: from an office's file to a scenario that runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.cli import main
from kubesim.people.household_file import roll_of
from kubesim.scenario import Scenario
from offices import as_csv, office_rows
from test_district_table import BPS

DATA = Path(__file__).parents[2].parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, real surveys and tables, is not here")
FEW = ("--households", "200")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)


@pytest.fixture
def typed(capsys):
    """Types the command; gives exit status, standard output and the lines of standard error."""
    def type_in(*words: str) -> tuple[int, str, list[str]]:
        status = main(["population", *map(str, words)])
        said = capsys.readouterr()
        return status, said.out, said.err.splitlines()
    return type_in


# -- registers ---------------------------------------------------------------------------------
def test_a_register_is_shown_and_becomes_a_scenario(typed):
    Path("r.csv").write_text(as_csv(office_rows()))
    status, told, faults = typed("r.csv", *FEW, "-o", "s.yaml")
    assert (status, faults) == (0, [])
    for line in ("r.csv: 24 rows, headings in row 1", "persons = column K (Jumlah ART): by its heading; half "
                                                      "of its values 3 to 5",
                 "group = column P (Nama KUBE): by its heading; 4 different ones",
                 "not in the file, so drawn from the model given what is known: workers, income",
                 "written to s.yaml"):
        assert line in told
    scenario = Scenario.load("s.yaml")
    assert scenario.population.register == "r.csv" and scenario.population.households == 200
    assert [(district.name, district.share) for district in scenario.districts] == [
        ("Banjarmasin Utara", 0.5), ("Banjarmasin Barat", 0.5)]
    assert [item.kind for item in scenario.interventions] == ["uep_grant", "diklat", "companionship"]
    assert len(roll_of(scenario)) == 24 and Path("s.png").read_bytes()[:4] == b"\x89PNG"
    assert main(["check", "s.yaml"]) == 0


def test_without_out_nothing_is_written(typed):
    Path("r.csv").write_text(as_csv(office_rows()))
    status, told, _ = typed("r.csv", *FEW)
    assert status == 0 and "nothing is written; with --out r_scenario.yaml it is" in told
    assert sorted(path.name for path in Path().iterdir()) == ["r.csv"]


def test_a_faulty_register_is_told_and_nothing_is_written(typed):
    rows = office_rows()
    rows[3]["Jumlah ART"] = "99"
    Path("r.csv").write_text(as_csv(rows))
    status, _, faults = typed("r.csv", *FEW, "-o", "s.yaml")
    assert status == 2 and faults == ["r.csv: row 5, column K (Jumlah ART) = 99: must be a whole number, 1 "
                                      "to 30"]
    assert not Path("s.yaml").exists()


def test_check_covers_the_register_of_a_scenario(typed, capsys):
    Path("r.csv").write_text(as_csv(office_rows()))
    typed("r.csv", *FEW, "-o", "s.yaml")
    rows = office_rows()
    rows[3]["Jumlah ART"], rows[6]["Kecamatan"] = "99", "Banjarmasin Utra"
    Path("r.csv").write_text(as_csv(rows))
    assert main(["check", "s.yaml"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "r.csv: row 5, column K (Jumlah ART) = 99: must be a whole number, 1 to 30",
        "r.csv: row 8, column O (Kecamatan): is none of the scenario's districts; did you mean 'Banjarmasin "
        "Utara'?"]


def test_a_file_that_is_there_is_not_written_over(typed):
    Path("r.csv").write_text(as_csv(office_rows()))
    Path("s.yaml").write_text("mine")
    status, _, faults = typed("r.csv", *FEW, "-o", "s.yaml")
    assert status == 2 and faults == ["s.yaml: is there already; choose another --out, or say --force"]
    assert Path("s.yaml").read_text() == "mine"
    assert typed("r.csv", *FEW, "-o", "s.yaml", "--force")[0] == 0


@pytest.mark.parametrize("words, line", [
    ((), "a file is needed: a list of households, or --table with --district NAME or --all"),
    (("r.csv", "--line", "dua"), "--line dua: must be a number above 0"),
    (("r.csv", "--line", "650.000"), "--line 650.000: must be a number above 0; did you mean 650000?"),
    (("r.csv", "--column", "persons"), "--column persons: must be WORD=HEADING"),
    (("r.csv", "--column", "person=Desil"), "--column person=Desil: must be one of persons, workers, "
                                            "spending, income, decile, "
     "group, companion, district, weight, cluster, stratum; did you mean 'persons'?"),
    (("r.csv", "--column", "persons=Jumlah"), "--column persons=Jumlah: the file has no such heading; did "
                                              "you mean 'Jumlah ART'?"),
    (("r.csv", "--households", "3"), "--households 3: must be 20 to 10000000"),
    (("r.csv", "-o", "s.yml.txt"), "--out s.yml.txt: must end in .yaml"),
    (("r.csv", "-o", "elsewhere/s.yaml"), "--out elsewhere/s.yaml: a scenario and its household file must "
                                          "lie in one folder; "
     "write it to s.yaml"),
    (("elsewhere/none.csv",), "none.csv: file not found"),
])
def test_what_is_wrong_with_the_words_is_told_in_one_line(typed, words, line):
    Path("r.csv").write_text(as_csv(office_rows()))
    assert typed(*words)[::2] == (2, [line])


def test_a_district_named_in_one_row_only_is_told_without_its_name(typed):
    rows = office_rows(60)
    for at, row in enumerate(rows):
        row["NIK"] = f"63710145058{at:05d}"
    rows[30]["Kecamatan"] = "Siti Aminah"
    Path("r.csv").write_text(as_csv(rows))
    status, told, faults = typed("r.csv", *FEW)
    assert status == 2 and faults == ["r.csv: row 32, column O (Kecamatan): names a district that hardly "
                                      "another row does: a slip?"]


# -- tables of districts -----------------------------------------------------------------------
def test_a_district_of_a_table_becomes_a_scenario_that_fits_its_figures(typed):
    Path("t.csv").write_text(BPS)
    status, told, faults = typed("--district", "banjarmasin", "--table", "t.csv", "--households", "2000")
    assert (status, faults) == (0, []) and "written to kota_banjarmasin.yaml" in told
    [district] = Scenario.load("kota_banjarmasin.yaml").districts
    assert district.name == "Kota Banjarmasin" and district.poverty_line == 740_000
    assert (district.margins.poverty_rate, district.margins.poverty_gap) == (0.0458, 0.0052)
    assert district.prices == pytest.approx(640_000 / 457_222, abs=0.001)         # the province's line, not its own


def test_several_districts_share_the_households_by_their_people(typed):
    Path("t.csv").write_text(BPS)
    assert typed("t.csv", "--district", "Kotabaru", "--district", "Tanah Laut", "-o", "two.yaml",
                 *FEW)[0] == 0
    first, second = Scenario.load("two.yaml").districts
    people = 15_890 / 0.0445, 12_500 / 0.0351
    assert first.share == pytest.approx(people[0] / sum(people), abs=1e-4)
    assert first.targeted_share / second.targeted_share == pytest.approx(0.0445 / 0.0351, rel=0.002)


def test_a_table_given_as_file_tells_its_districts(typed):
    Path("t.csv").write_text(BPS)
    status, told, _ = typed("t.csv")
    assert status == 0 and "districts: Tanah Laut, Kotabaru, Banjar, Kota Banjarmasin, Kota Banjar Baru" in told
    assert 'kubesim population --table t.csv --district "Tanah Laut"' in told


def test_margins_that_contradict_one_another_are_refused_with_their_district(typed):
    Path("t.csv").write_text("kab;P0;P1;garis kemiskinan\nTapin;2,9;3,5;562.504\nBanjar;2,7;0,2;634.526\n")
    status, _, faults = typed("--table", "t.csv", "--all", "-o", "s.yaml", *FEW)
    assert status == 2 and len(faults) == 1 and "districts.Tapin.margins.poverty_gap = 0.035" in faults[0]
    assert not Path("s.yaml").exists()


def test_margins_that_the_model_cannot_come_near_get_leeway_and_it_is_said(typed):
    Path("t.csv").write_text("kab;P0;P1;P2;garis kemiskinan\nSamosir;10,9;0,84;0,09;500.000\n")
    status, told, faults = typed("--table", "t.csv", "--all", "-o", "s.yaml", *FEW)
    assert (status, faults) == (0, [])
    [line] = [line for line in told.splitlines() if line.startswith("Samosir: luck in a month")]
    assert " for 0.0084, P2 " in line and " for 0.0009; accepted (leeway 0." in line
    rows = {line.split()[3]: line.split()[-1] for line in told.splitlines() if line.startswith("Samosir  Poverty")}
    assert rows == {"(P0)": "yes", "(P1)": "no", "(P2)": "no"}          # however few people are looked at
    assert 0.25 < Scenario.load("s.yaml").districts[0].margins.leeway <= 1


def test_a_line_is_asked_for_where_the_table_has_none(typed):
    Path("t.csv").write_text("kab;P0\nTapin;2,9\n")
    assert typed("--table", "t.csv", "--all")[::2] == (
        2, ["t.csv: row 2 (Tapin): has no poverty line; give one with --line, or a table that has it"])
    Path("u.csv").write_text("kabupaten;garis kemiskinan\nKab. Tapin;562.504\n")
    assert typed("--table", "t.csv", "--table", "u.csv", "--all", "-o", "s.yaml", *FEW)[0] == 0
    assert Scenario.load("s.yaml").districts[0].poverty_line == 562_504


# -- real files --------------------------------------------------------------------------------
@real
@pytest.mark.slow
def test_a_real_survey_becomes_a_population_within_its_sampling_error(typed):
    Path("v.csv").write_bytes((DATA / "household_vietnam_vlss_1997.csv").read_bytes())
    status, told, _ = typed("v.csv", "--line", "1790", "--households", "6000", "-o", "v.yaml")
    assert status == 0 and "read as a survey with equal weights" in told
    assert "money is read as per household, by its heading" in told
    rows = [line for line in told.splitlines() if line.startswith("all districts")]
    assert len(rows) >= 10 and all(line.endswith("yes") for line in rows)
    assert Scenario.load("v.yaml").population.money.line == 1790


@real
@pytest.mark.parametrize("file", ["household_indonesia_ricefarms.csv", "kalsel_anchors.csv"])
def test_real_files_that_list_no_households_are_told_so(typed, file):
    status, _, faults = typed(DATA / file)
    assert status == 2 and "is no list of households that can be read" in faults[0]
    assert "its headings (row 1)" in faults[1]


@real
@pytest.mark.slow
def test_all_districts_of_the_country_become_one_scenario(typed):
    assert typed("--all", "--table", DATA / "districts_2025.csv", "-o", "nat.yaml")[0] == 0
    scenario = Scenario.load("nat.yaml")
    assert len(scenario.districts) == 514 and sum(d.share for d in scenario.districts) == pytest.approx(1,
                                                                                                        abs=1e-3)


@pytest.mark.parametrize("gap, severity, words", [
    ("0,22", "0,02", "Tabalong: luck in a month's spending makes the model's poor poorer than the published ones: "
                     "P1 0.0067 for 0.0022, P2 0.0015 for 0.0002; left out"),
    ("0,60", "0,12", "")])
def test_what_is_left_out_is_told_with_both_numbers(typed, gap, severity, words):
    Path("t.csv").write_text(f"kab;P0;P1;P2;garis kemiskinan\nTabalong;4,67;{gap};{severity};646.864\n")
    status, told, _ = typed("--table", "t.csv", "--all", "-o", "s.yaml", *FEW)
    assert status == 0 and [line for line in told.splitlines() if "luck in" in line] == ([words] if words else [])
    margins = Scenario.load("s.yaml").districts[0].margins
    assert (margins.poverty_gap, margins.poverty_severity) == ((None, None) if words else (0.006, 0.0012))


def test_people_made_too_much_alike_are_told(typed):
    """P1 a sixteenth of P0, as of Situbondo: met within the leeway, by people of a Gini index below 0.2."""
    Path("t.csv").write_text("kab;P0;P1;P2;garis kemiskinan\nSitubondo;11,17;0,71;0,07;400.000\n")
    assert "more alike than people are (Gini index 0.1" in typed("--table", "t.csv", "--all", "-o", "s.yaml", *FEW)[1]


def test_prices_of_a_list_follow_the_line_that_was_said_and_are_marked_so(typed):
    """509,773 / 457,222 = 1.115; nothing else of the place is known."""
    Path("r.csv").write_text(as_csv(office_rows()))
    told = typed("r.csv", *FEW, "--line", "509773", "-o", "s.yaml")[1]
    assert "prices are 1.115, from this poverty line over 457,222; where the province's line is another" in told
    assert {district.prices for district in Scenario.load("s.yaml").districts} == {1.115}
    assert "prices: {value: 1.1150, grade: assumed, source: " in Path("s.yaml").read_text()
