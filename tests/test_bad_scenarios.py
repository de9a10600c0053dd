"""Bad scenarios: every fault told with its line, column, path, value, rule and a hint, all in one pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.scenario import Scenario
from scenario_files import INTERVENTIONS, check

SIZE = "must be a whole number of households, 5 to 20"
MEETINGS = "must be a number, 0 to 31 meetings per month"
SECTION = "must be a section of 'key: value' lines"
GRADES = "observed, literature, derived, calibrated, assumed"
GROUP_KEYS = "formed, size, start_month, start_spread, meetings, extra_trust, deposit"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work where the files are, so that messages show short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- keys --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("content, expected", [
    ("groups:\n  siez: 8\n", "2:3: groups.siez: unknown key; did you mean 'size'?"),
    ("groups:\n  Start-Month: 3\n", "2:3: groups.Start-Month: unknown key; did you mean 'start_month'?"),
    ("gruops: {size: 8}\n", "1:1: gruops: unknown key; did you mean 'groups'?"),
    ("base_on: x.yaml\n", "1:1: base_on: unknown key; did you mean 'based_on'?"),
    ("households: 600\n", "1:1: households: unknown key; did you mean 'population.households'?"),
    ("practice_share: 1\n",
     "1:1: practice_share: unknown key; did you mean 'interventions.diklat.practice_share'?"),
    ("groups: {zzz: 1}\n", f"1:10: groups.zzz: unknown key; known here: {GROUP_KEYS}"),
    ("qqqq: 1\n",
     "1:1: qqqq: unknown key; known here: name, about, base_year, months, population, groups, districts, "
     "interventions, shocks, earnings, illness, business, ..."),
    ("interventions:\n  - {kind: diklat, houres: 3}\n",
     "2:20: interventions.diklat.houres: unknown key; did you mean 'hours'?"),
    ("interventions:\n  - kind: diklat\n    name: second\n    caseload: 3\n",
     "4:5: interventions.second.caseload: unknown key; known here: kind, name, districts, "
     "start_month, hours, practice_share, relevance, facilities, trainer_competence, trainer_experience, "
     "experience_weight, class_size, ..."),
])
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(content, expected):
    check(content, expected)


@pytest.mark.parametrize("content, expected", [
    ("name: A\nmonths: 3\nname: B\n", "3:1: name: key written twice, first on line 1"),
    ("groups:\n  size: 8\n  meetings: 2\n  size: 8\n",
     "4:3: groups.size: key written twice, first on line 2"),
    ("groups: {size: 8, size: 9}\n", "1:19: groups.size: key written twice, first on line 1"),
    ("groups: {size: 8}\nmonths: 3\ngroups: {size: 8}\n", "3:1: groups: key written twice, first on line 1"),
    ("interventions:\n  - {kind: diklat, hours: 3, hours: 4}\n",
     "2:30: interventions.diklat.hours: key written twice, first on line 2"),
])
def test_a_key_written_twice_is_refused(content, expected):
    check(content, expected)


# -- values ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("written, column, said", [
    ("2.5", 9, f"= 2.5: {SIZE}"), ("8.0", 9, f"= 8.0: {SIZE}; write 8"),
    ("1e1", 9, f"= 1e1: {SIZE}; write 10"),
    ("'8'", 9, f'= "8": {SIZE}; write 8 without quotes'), ("eight", 9, f"= eight: {SIZE}"),
    ("true", 9, f"= true: {SIZE}"), ("", 3, f"= (nothing): {SIZE}"), ("~", 9, f"= ~: {SIZE}"),
    ("[8]", 9, f"= [...]: {SIZE}"), ("{a: 8}", 9, f"= {{...}}: {SIZE}"),
    ("012", 9, f"= 012: {SIZE}; write 12"),
    ("0x10", 9, f"= 0x10: {SIZE}"), ("12:30", 9, f"= 12:30: {SIZE}"),
    ("2019-01-01", 9, f"= 2019-01-01: {SIZE}"),
    ("8 households", 9, f"= 8 households: {SIZE}; write 8"), (".inf", 9, f"= .inf: {SIZE}"),
    ("3", 9, "= 3: must be 5 to 20 households"), ("-8", 9, "= -8: must be 5 to 20 households"),
    ("99999999999999999999", 9, "= 99999999999999999999: must be 5 to 20 households"),
    ("9" * 5000, 9, f"= {'9' * 37}...: {SIZE}"),
])
def test_a_whole_number_must_be_one_within_its_bounds(written, column, said):
    check(f"groups:\n  size: {written}\n", f"2:{column}: groups.size {said}")


@pytest.mark.parametrize("written, said", [
    ("half", f"= half: {MEETINGS}"), ("true", f"= true: {MEETINGS}"),
    ("'2'", f'= "2": {MEETINGS}; write 2 without quotes'),
    ("0,5", f"= 0,5: {MEETINGS}; write 0.5"), ("1_000", f"= 1_000: {MEETINGS}; write 1000"),
    ("2.000.000", f"= 2.000.000: {MEETINGS}; write 2000000"), ("NaN", f"= NaN: {MEETINGS}"),
    (".nan", "= .nan: must be a finite number, 0 to 31 meetings per month"),
    ("-.inf", "= -.inf: must be a finite number, 0 to 31 meetings per month"),
    ("1e400", "= 1e400: must be a finite number, 0 to 31 meetings per month"),
    ("5e9", "= 5e9: must be 0 to 31 meetings per month"),
    ("-0.1", "= -0.1: must be 0 to 31 meetings per month"),
])
def test_a_number_must_be_one_within_its_bounds(written, said):
    check(f"groups:\n  meetings: {written}\n", f"2:13: groups.meetings {said}")


@pytest.mark.parametrize("written, said", [
    ("60", "= 60: must be 0 to 1 (share); did you mean 0.6?"), ("-1", "= -1: must be 0 to 1 (share)"),
    ("60%", "= 60%: must be a number, 0 to 1 (share); write 0.6"),
    ("300", "= 300: must be 0 to 1 (share)"), ("[0.6]", "= [...]: must be a number, 0 to 1 (share)"),
])
def test_a_share_must_be_a_share(written, said):
    check(f"solidarity:\n  cover: {written}\n", f"2:10: solidarity.cover {said}")


@pytest.mark.parametrize("written, said", [
    ("0", "= 0: must be above 0 Rp per person and month"),
    ("2e12", "= 2e12: must be above 0, at most 1e12 Rp per person and month"),
    ("Rp 457.222", "= Rp 457.222: must be a number, above 0 Rp per person and month; write 457222"),
    ("2 juta", "= 2 juta: must be a number, above 0 Rp per person and month; write 2000000"),
    ("457.222", "= 457.222: rupiah are written without separators; write 457222"),
    ("457,222", "= 457,222: must be a number, above 0 Rp per person and month; write 457222"),
])
def test_money_is_whole_rupiah_without_separators(written, said):
    check(f"population:\n  poverty_line: {written}\n", f"2:17: population.poverty_line {said}")


@pytest.mark.parametrize("written, said", [
    ("yes", "= yes: must be true or false; write true"), ("Off", "= Off: must be true or false; write false"),
    ("tidak", "= tidak: must be true or false; write false"), ("1", "= 1: must be true or false; write true"),
    ("'true'", '= "true": must be true or false; write true without quotes'),
    ("maybe", "= maybe: must be true or false"),
])
def test_a_truth_value_is_true_or_false(written, said):
    check(f"groups:\n  formed: {written}\n", f"2:11: groups.formed {said}")


@pytest.mark.parametrize("content, expected", [
    ("name: 2019\n", '1:7: name = 2019: must be text; write "2019" in quotes'),
    ("name: [a]\n", "1:7: name = [...]: must be text"),
    ("shocks:\n  - {kind: flood, districts: All}\n",
     "2:30: shocks.flood.districts = All: must be a list of names; write [All]"),
    ("shocks:\n  - {kind: flood, districts: [All, 3]}\n",
     '2:36: shocks.flood.districts.2 = 3: must be text; write "3" in quotes'),
    ("groups: 3\n", f"1:9: groups = 3: {SECTION}"),
    ("groups: [size, 8]\n", f"1:9: groups = [...]: {SECTION}"),
    ("groups:\nmonths: 3\n", f"1:1: groups = (nothing): {SECTION}"),
    ("districts:\n  - Utara\n", f"2:5: districts.1 = Utara: {SECTION}"),
    ("districts: Utara\n", "1:12: districts = Utara: must be a list: begin each item with '- '"),
    ("interventions:\n  diklat: {hours: 3}\n",
     "2:3: interventions = {...}: must be a list: begin each item with '- '"),
])
def test_text_lists_and_sections_must_be_what_they_are(content, expected):
    check(content, expected)


# -- list items --------------------------------------------------------------------------------------
def test_wrong_items_of_a_list_are_each_told():
    pairs = "must be 'key: value' pairs that begin with its kind"
    check("interventions:\n  - 3\n  - diklat\n  -\n  - [kind, diklat]\n  - hours: 3\n  - {name: diklt}\n",
          f"2:5: interventions.1 = 3: {pairs}", f"3:5: interventions.2 = diklat: {pairs}",
          f"4:4: interventions.3 = (nothing): {pairs}", f"5:5: interventions.4 = [...]: {pairs}",
          f"6:5: interventions.5: has no kind: must be one of {INTERVENTIONS}",
          f"7:5: interventions.diklt: has no kind: must be one of {INTERVENTIONS}; did you mean 'diklat'?")


@pytest.mark.parametrize("written, said", [
    ("dikalt", f"interventions.dikalt.kind = dikalt: must be one of {INTERVENTIONS}; did you mean 'diklat'?"),
    ("flood",
     f"interventions.flood.kind = flood: must be one of {INTERVENTIONS}; 'flood' is one of the shocks"),
    ("3", f"interventions.1.kind = 3: must be one of {INTERVENTIONS}"),
    ("[diklat]", f"interventions.1.kind = [...]: must be one of {INTERVENTIONS}"),
    ("{value: diklat}", f"interventions.1.kind = {{...}}: must be one of {INTERVENTIONS}"),
])
def test_an_unknown_kind_is_told_with_the_known_ones(written, said):
    check(f"interventions:\n  - kind: {written}\n", f"2:11: {said}")


def test_a_district_needs_a_name():
    check("districts:\n  - {name: A, share: 0}\n  - {share: 0.5}\n",
          "2:22: districts.A.share = 0: must be above 0, at most 1 (share)",
          "3:5: districts.2: 'name' is missing")


# -- what does not fit together ----------------------------------------------------------------------
@pytest.mark.parametrize("content, expected", [
    ("interventions:\n  - kind: diklat\n  - kind: diklat\n",
     "3:11: interventions.diklat.kind = diklat: name used twice in interventions: give each a 'name' of "
     "its own"),
    ("shocks:\n  - kind: flood\n  - {kind: pandemic, name: flood}\n",
     "3:28: shocks.flood.name = flood: name used twice in shocks: give each a 'name' of its own"),
    ("districts:\n  - name: Utara\n  - name: Utara\n",
     "3:11: districts.Utara.name = Utara: name used twice in districts: give each a 'name' of its own"),
    ("districts:\n  - name: Utara\nshocks:\n  - {kind: flood, districts: [Utra]}\n",
     "4:31: shocks.flood.districts.1 = Utra: must be one of the districts: Utara; did you mean 'Utara'?"),
    ("districts: []\n", "1:12: districts = []: must name at least one district"),
    ("districts:\n  - name: A.B\n", "2:11: districts.A.B.name = A.B: must be a name without '.' and '='"),
    ("interventions:\n  - {kind: diklat, name: my.diklat}\n",
     "2:26: interventions.my.diklat.name = my.diklat: must be a name of letters, digits, _ and -, "
     "beginning with a letter"),
    ("interventions:\n  - {kind: diklat, name: two words}\n",
     "2:26: interventions.two words.name = two words: must be a name of letters, digits, _ and -, "
     "beginning with a letter"),
    ("population:\n  households: 12\n",
     "2:15: population.households = 12: no group of 10 can form: the register lists 6 of 12 households"),
    ("population: {households: 30}\ngroups:\n  size: 16\n",
     "3:9: groups.size = 16: no group of 16 can form: the register lists 15 of 30 households"),
    ("population: {targeted_share: 1e-9}\n",
     "1:30: population.targeted_share = 1e-9: must be at least 3e-05 (share), so that the register is "
     "drawn from at most 100 million households"),
])
def test_values_that_do_not_fit_together_are_told(content, expected):
    check(content, expected)


def test_a_register_of_exactly_one_group_is_enough():
    Path("coba.yaml").write_text("population: {households: 20}\ngroups: {size: 10}\n")
    assert Scenario.load("coba.yaml").population.households == 20


# -- notes about values ------------------------------------------------------------------------------
@pytest.mark.parametrize("written, expected", [
    ("{value: 12, grade: sure}", ["1:28: months.grade = sure: must be one of observed, literature, "
                                  "derived, calibrated, assumed"]),
    ("{value: 12, grade: observd}",
     ["1:28: months.grade = observd: must be one of observed, literature, derived, calibrated, assumed; "
      "did you mean 'observed'?"]),
    ("{value: 12, grad: assumed}", ["1:21: months.grad: unknown key; did you mean 'grade'?"]),
    ("{grade: assumed}", ["1:1: months: has notes but no 'value'"]),
    ("{value: 0, grade: assumed}", ["1:17: months = 0: must be 1 to 600 months"]),
    ("{value: 12, source: 3}", ["1:29: months.source = 3: must be text"]),
    ("{value: {low: 3}}", ["1:17: months = {...}: an annotated value must be a number, a truth value, text "
                           "or a list"]),
])
def test_an_annotated_value_is_checked_like_a_bare_one(written, expected):
    check(f"months: {written}\n", *expected)


# -- all at once -------------------------------------------------------------------------------------
def test_all_faults_of_a_file_come_in_one_report_in_its_order():
    check("""\
name: 12
households: 100
months: 0
groups:
  size: 3
  formed: yes
  siez: 4
  size: 5
trust:
districts:
  - {name: Utara, share: 40}
interventions:
  - kind: uep_grant
  - {kind: diklat, hours: {value: 12, grade: sure}, practice_share: 60%}
  - {kind: dikalt}
  - {kind: uep_grant}
shocks:
  - {kind: flood, districts: [Utar]}
""",
          '1:7: name = 12: must be text; write "12" in quotes',
          "2:1: households: unknown key; did you mean 'population.households'?",
          "3:9: months = 0: must be 1 to 600 months",
          "5:9: groups.size = 3: must be 5 to 20 households",
          "6:11: groups.formed = yes: must be true or false; write true",
          "7:3: groups.siez: unknown key; did you mean 'size'?",
          "8:3: groups.size: key written twice, first on line 5",
          f"9:1: trust = (nothing): {SECTION}",
          "11:26: districts.Utara.share = 40: must be above 0, at most 1 (share); did you mean 0.4?",
          f"14:46: interventions.diklat.hours.grade = sure: must be one of {GRADES}",
          "14:69: interventions.diklat.practice_share = 60%: must be a number, 0 to 1 (share); write 0.6",
          f"15:12: interventions.dikalt.kind = dikalt: must be one of {INTERVENTIONS}; did you mean "
          "'diklat'?",
          "16:12: interventions.uep_grant.kind = uep_grant: name used twice in interventions: give each a "
          "'name' of its own",
          "18:31: shocks.flood.districts.1 = Utar: must be one of the districts: Utara; did you mean "
          "'Utara'?")


def test_a_faulty_value_brings_no_second_fault_about_its_default():
    check("population: {households: 12}\ngroups: {size: 3}\n",
          "2:16: groups.size = 3: must be 5 to 20 households")


def test_a_message_stays_on_one_line_and_paints_no_terminal():
    check('groups:\n  size: "\\x1b[31m red\\nsecond line"\n',
          f"2:9: groups.size = \ufffd[31m red second line: {SIZE}")
