"""Bad scenario files: every fault named with its line, column, path, value, rule and a hint; no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubesim.errors import ScenarioError
from kubesim.extensions import Intervention
from kubesim.faults import listed
from kubesim.scenario import Scenario
from kubesim.sections import kinds

INTERVENTIONS = "<known interventions>"        # other tests may add some
SIZE = "must be a whole number of households, 5 to 20"
MEETINGS = "must be a number, 0 to 31 meetings per month"
SECTION = "must be a section of 'key: value' lines"
TOP = "name, about, base_year, months, population, groups, districts, interventions, shocks, earnings, illness, business"
SPOILED = Path(__file__).parents[1] / "scenarios" / "banjarmasin.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work where the files are, so that messages show short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults_of(content: str | bytes, name: str = "coba.yaml") -> list[str]:
    """What is said of a file with this content."""
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as told:
        Scenario.load(name)
    assert str(told.value) == "\n".join(told.value.faults)
    return [fault.replace(listed(list(kinds(Intervention))), INTERVENTIONS) for fault in told.value.faults]


def check(content: str | bytes, *expected: str) -> None:
    assert faults_of(content) == [f"coba.yaml:{line}" for line in expected]


# -- keys ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("content, expected", [
    ("groups:\n  siez: 8\n", "2:3: groups.siez: unknown key; did you mean 'size'?"),
    ("groups:\n  Start-Month: 3\n", "2:3: groups.Start-Month: unknown key; did you mean 'start_month'?"),
    ("gruops: {size: 8}\n", "1:1: gruops: unknown key; did you mean 'groups'?"),
    ("base_on: x.yaml\n", "1:1: base_on: unknown key; did you mean 'based_on'?"),
    ("households: 600\n", "1:1: households: unknown key; did you mean 'population.households'?"),
    ("practice_share: 1\n", "1:1: practice_share: unknown key; did you mean 'interventions.diklat.practice_share'?"),
    ("groups: {zzz: 1}\n", "1:10: groups.zzz: unknown key; known here: formed, size, start_month, start_spread, "
                           "meetings, extra_trust, deposit"),
    ("qqqq: 1\n", f"1:1: qqqq: unknown key; known here: {TOP}, ..."),
    ("interventions:\n  - {kind: diklat, houres: 3}\n",
     "2:20: interventions.diklat.houres: unknown key; did you mean 'hours'?"),
    ("interventions:\n  - kind: diklat\n    name: second\n    caseload: 3\n",
     "4:5: interventions.second.caseload: unknown key; known here: kind, name, start_month, hours, practice_share, "
     "relevance, facilities, trainer_competence, trainer_experience, experience_weight, class_size, "
     "class_size_harm, ..."),
])
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(content, expected):
    check(content, expected)


@pytest.mark.parametrize("content, expected", [
    ("name: A\nmonths: 3\nname: B\n", "3:1: name: key written twice, first on line 1"),
    ("groups:\n  size: 8\n  meetings: 2\n  size: 8\n", "4:3: groups.size: key written twice, first on line 2"),
    ("groups: {size: 8, size: 9}\n", "1:19: groups.size: key written twice, first on line 1"),
    ("groups: {size: 8}\nmonths: 3\ngroups: {size: 8}\n", "3:1: groups: key written twice, first on line 1"),
    ("interventions:\n  - {kind: diklat, hours: 3, hours: 4}\n",
     "2:30: interventions.diklat.hours: key written twice, first on line 2"),
])
def test_a_key_written_twice_is_refused(content, expected):
    check(content, expected)


# -- values ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("written, column, said", [
    ("2.5", 9, f"= 2.5: {SIZE}"), ("8.0", 9, f"= 8.0: {SIZE}; write 8"), ("1e1", 9, f"= 1e1: {SIZE}; write 10"),
    ("'8'", 9, f'= "8": {SIZE}; write 8 without quotes'), ("eight", 9, f"= eight: {SIZE}"),
    ("true", 9, f"= true: {SIZE}"), ("", 3, f"= (nothing): {SIZE}"), ("~", 9, f"= ~: {SIZE}"),
    ("[8]", 9, f"= [...]: {SIZE}"), ("{a: 8}", 9, f"= {{...}}: {SIZE}"), ("012", 9, f"= 012: {SIZE}; write 12"),
    ("0x10", 9, f"= 0x10: {SIZE}"), ("12:30", 9, f"= 12:30: {SIZE}"), ("2019-01-01", 9, f"= 2019-01-01: {SIZE}"),
    ("8 households", 9, f"= 8 households: {SIZE}; write 8"), (".inf", 9, f"= .inf: {SIZE}"),
    ("3", 9, "= 3: must be 5 to 20 households"), ("-8", 9, "= -8: must be 5 to 20 households"),
    ("99999999999999999999", 9, "= 99999999999999999999: must be 5 to 20 households"),
    ("9" * 5000, 9, f"= {'9' * 37}...: {SIZE}"),
])
def test_a_whole_number_must_be_one_within_its_bounds(written, column, said):
    check(f"groups:\n  size: {written}\n", f"2:{column}: groups.size {said}")


@pytest.mark.parametrize("written, said", [
    ("half", f"= half: {MEETINGS}"), ("true", f"= true: {MEETINGS}"), ("'2'", f'= "2": {MEETINGS}; write 2 without quotes'),
    ("0,5", f"= 0,5: {MEETINGS}; write 0.5"), ("1_000", f"= 1_000: {MEETINGS}; write 1000"),
    ("2.000.000", f"= 2.000.000: {MEETINGS}; write 2000000"), ("NaN", f"= NaN: {MEETINGS}"),
    (".nan", "= .nan: must be a finite number, 0 to 31 meetings per month"),
    ("-.inf", "= -.inf: must be a finite number, 0 to 31 meetings per month"),
    ("1e400", "= 1e400: must be a finite number, 0 to 31 meetings per month"),
    ("5e9", "= 5e9: must be 0 to 31 meetings per month"), ("-0.1", "= -0.1: must be 0 to 31 meetings per month"),
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
    ("groups: 3\n", f"1:9: groups = 3: {SECTION}"), ("groups: [size, 8]\n", f"1:9: groups = [...]: {SECTION}"),
    ("groups:\nmonths: 3\n", f"1:1: groups = (nothing): {SECTION}"),
    ("districts:\n  - Utara\n", f"2:5: districts.1 = Utara: {SECTION}"),
    ("districts: Utara\n", "1:12: districts = Utara: must be a list: begin each item with '- '"),
    ("interventions:\n  diklat: {hours: 3}\n",
     "2:3: interventions = {...}: must be a list: begin each item with '- '"),
])
def test_text_lists_and_sections_must_be_what_they_are(content, expected):
    check(content, expected)


# -- list items ------------------------------------------------------------------------------------

def test_wrong_items_of_a_list_are_each_told():
    pairs = "must be 'key: value' pairs that begin with its kind"
    check("interventions:\n  - 3\n  - diklat\n  -\n  - [kind, diklat]\n  - hours: 3\n  - {name: diklt}\n",
          f"2:5: interventions.1 = 3: {pairs}", f"3:5: interventions.2 = diklat: {pairs}",
          f"4:4: interventions.3 = (nothing): {pairs}", f"5:5: interventions.4 = [...]: {pairs}",
          f"6:5: interventions.5: has no kind: must be one of {INTERVENTIONS}",
          f"7:5: interventions.diklt: has no kind: must be one of {INTERVENTIONS}; did you mean 'diklat'?")


@pytest.mark.parametrize("written, said", [
    ("dikalt", f"interventions.dikalt.kind = dikalt: must be one of {INTERVENTIONS}; did you mean 'diklat'?"),
    ("flood", f"interventions.flood.kind = flood: must be one of {INTERVENTIONS}; 'flood' is one of the shocks"),
    ("3", f"interventions.1.kind = 3: must be one of {INTERVENTIONS}"),
    ("[diklat]", f"interventions.1.kind = [...]: must be one of {INTERVENTIONS}"),
    ("{value: diklat}", f"interventions.1.kind = {{...}}: must be one of {INTERVENTIONS}"),
])
def test_an_unknown_kind_is_told_with_the_known_ones(written, said):
    check(f"interventions:\n  - kind: {written}\n", f"2:11: {said}")


def test_a_district_needs_a_name():
    check("districts:\n  - {name: A, share: 0}\n  - {share: 0.5}\n",
          "2:22: districts.A.share = 0: must be above 0, at most 1 (share)", "3:5: districts.2: 'name' is missing")


# -- what does not fit together --------------------------------------------------------------------

@pytest.mark.parametrize("content, expected", [
    ("interventions:\n  - kind: diklat\n  - kind: diklat\n", "3:11: interventions.diklat.kind = diklat: name used "
     "twice in interventions: give each a 'name' of its own"),
    ("shocks:\n  - kind: flood\n  - {kind: pandemic, name: flood}\n", "3:28: shocks.flood.name = flood: name used "
     "twice in shocks: give each a 'name' of its own"),
    ("districts:\n  - name: Utara\n  - name: Utara\n", "3:11: districts.Utara.name = Utara: name used twice in "
     "districts: give each a 'name' of its own"),
    ("districts:\n  - name: Utara\nshocks:\n  - {kind: flood, districts: [Utra]}\n", "4:31: shocks.flood.districts.1 "
     "= Utra: must be one of the districts: Utara; did you mean 'Utara'?"),
    ("districts: []\n", "1:12: districts = []: must name at least one district"),
    ("districts:\n  - name: A.B\n", "2:11: districts.A.B.name = A.B: must be a name without '.' and '='"),
    ("interventions:\n  - {kind: diklat, name: my.diklat}\n", "2:26: interventions.my.diklat.name = my.diklat: must "
     "be a name of letters, digits, _ and -, beginning with a letter"),
    ("interventions:\n  - {kind: diklat, name: two words}\n", "2:26: interventions.two words.name = two words: must "
     "be a name of letters, digits, _ and -, beginning with a letter"),
    ("population:\n  households: 12\n", "2:15: population.households = 12: no group of 10 can form: the register "
     "lists 6 of 12 households"),
    ("population: {households: 30}\ngroups:\n  size: 16\n", "3:9: groups.size = 16: no group of 16 can form: the "
     "register lists 15 of 30 households"),
    ("population: {targeted_share: 1e-9}\n", "1:30: population.targeted_share = 1e-9: must be at least 3e-05 (share), "
     "so that the register is drawn from at most 100 million households"),
])
def test_values_that_do_not_fit_together_are_told(content, expected):
    check(content, expected)


def test_a_register_of_exactly_one_group_is_enough():
    Path("coba.yaml").write_text("population: {households: 20}\ngroups: {size: 10}\n")
    assert Scenario.load("coba.yaml").population.households == 20


# -- notes about values ----------------------------------------------------------------------------

@pytest.mark.parametrize("written, expected", [
    ("{value: 12, grade: sure}", ["1:28: months.grade = sure: must be one of observed, literature, derived, "
                                  "calibrated, assumed"]),
    ("{value: 12, grade: observd}", ["1:28: months.grade = observd: must be one of observed, literature, derived, "
                                     "calibrated, assumed; did you mean 'observed'?"]),
    ("{value: 12, grad: assumed}", ["1:21: months.grad: unknown key; did you mean 'grade'?"]),
    ("{grade: assumed}", ["1:1: months: has notes but no 'value'"]),
    ("{value: 0, grade: assumed}", ["1:17: months = 0: must be 1 to 600 months"]),
    ("{value: 12, source: 3}", ["1:29: months.source = 3: must be text"]),
    ("{value: {low: 3}}", ["1:17: months = {...}: an annotated value must be a number, a truth value, text "
                           "or a list"]),
])
def test_an_annotated_value_is_checked_like_a_bare_one(written, expected):
    check(f"months: {written}\n", *expected)


# -- based_on --------------------------------------------------------------------------------------

OUTSIDE = "must be a file in the folder of this scenario"


@pytest.mark.parametrize("written, said", [
    ("../base.yaml", OUTSIDE), ("sub/../../base.yaml", OUTSIDE), ("/etc/passwd", OUTSIDE), ("C:\\base.yaml", OUTSIDE),
    ("..\\base.yaml", OUTSIDE), ("link.yaml", OUTSIDE), ("linked/base.yaml", OUTSIDE),
    ("coba.yaml", "goes in a circle: a file cannot be based on itself"),
    ("./coba.yaml", "goes in a circle: a file cannot be based on itself"),
    ("circle.yaml", "goes in a circle: circle.yaml is based on this file"),
    ("second.yaml", "second.yaml is itself based on first.yaml: at most one level is allowed"),
    ("frist.yaml", "there is no such file next to this one; did you mean 'first.yaml'?"),
    ("gone/first.yaml", "there is no such file next to this one"),
    ("list.yaml", "is no scenario: it holds no 'key: value' lines"),
    ("endless_link", "there is no such file next to this one"),
    ("3", "must be the name of a file, such as banjarmasin.yaml"),
    ("[first.yaml]", "must be the name of a file, such as banjarmasin.yaml"),
])
def test_a_base_must_be_a_scenario_of_the_folder_that_stands_alone(folder, tmp_path_factory, written, said):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "base.yaml").write_text("months: 3\n")
    (folder / "link.yaml").symlink_to(outside / "base.yaml")
    (folder / "linked").symlink_to(outside)
    (folder / "endless_link").symlink_to("endless_link")
    (folder / "first.yaml").write_text("months: 3\n")
    (folder / "second.yaml").write_text("based_on: first.yaml\n")
    (folder / "circle.yaml").write_text("based_on: coba.yaml\n")
    (folder / "list.yaml").write_text("- a\n")
    shown = "[...]" if written.startswith("[") else written
    check(f"name: V\nbased_on: {written}\n", f"2:11: based_on = {shown}: {said}")


def test_a_link_inside_the_folder_is_no_way_out(folder):
    (folder / "first.yaml").write_text("months: 3\n")
    (folder / "same.yaml").symlink_to("first.yaml")
    (folder / "coba.yaml").write_text("based_on: same.yaml\n")
    assert Scenario.load("coba.yaml").months == 3


def test_faults_of_a_base_are_told_in_the_base():
    Path("base.yaml").write_text("name: B\ngroups:\n  size: 3\n  meetings: 50\n")
    assert faults_of("based_on: base.yaml\ngroups:\n  meetings: 40\n") == [
        "base.yaml:3:9: groups.size = 3: must be 5 to 20 households",
        "coba.yaml:3:13: groups.meetings = 40: must be 0 to 31 meetings per month"]


def test_a_broken_base_is_told_beside_the_faults_of_the_file():
    Path("base.yaml").write_bytes(b"name: caf\xe9\n")
    assert faults_of("based_on: base.yaml\nmonths: 0\ninterventions:\n  - {name: diklat, hours: 3}\n") == [
        "base.yaml:1:10: byte 0xE9 at position 9 is not UTF-8: save the file as UTF-8",
        "coba.yaml:2:9: months = 0: must be 1 to 600 months"]


# -- YAML that is refused --------------------------------------------------------------------------

def test_an_alias_bomb_is_refused_at_once():
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi")]
    started = time.process_time()
    faults = faults_of("\n".join(levels))
    assert time.process_time() - started < 1
    assert "coba.yaml:1:4: a = [...]: anchors (&a) are not allowed: write the value out where it is needed" in faults
    assert "coba.yaml:2:8: b.1 = *a: aliases are not allowed: write the value out" in faults


@pytest.mark.parametrize("content, expected", [
    ("groups: &g\n  size: 8\n", ["1:9: groups = {...}: anchors (&g) are not allowed: write the value out where it is "
                                 "needed"]),
    ("months: *m\n", ["1:9: months = *m: aliases are not allowed: write the value out"]),
    ("groups:\n  <<: 3\n", ["2:3: groups.<<: unknown key; known here: formed, size, start_month, start_spread, "
                            "meetings, extra_trust, deposit"]),
    ("name: !!python/object/apply:os.system ['touch hacked']\n",
     ["1:7: name = [...]: tags (!!python/object/apply:os.system) are not allowed: write the value plainly"]),
    ("!!python/object:kubesim.scenario.Scenario {months: 3}\n",
     ["1:1: tags (!!python/object:kubesim.scenario.Scenario) are not allowed: write the value plainly"]),
    ("months: !!int '60'\n", ['1:9: months = "60": tags (!!int) are not allowed: write the value plainly']),
    ("months: !env MONTHS\n", ["1:9: months = MONTHS: tags (!env) are not allowed: write the value plainly"]),
    ("name: A\n---\nname: B\n", ["2:1: a second document starts here: a file holds one"]),
    ("groups:\n\tsize: 8\n  \tmeetings: 2\n", ["2:1: a tab indents this line: use spaces",
                                              "3:3: a tab indents this line: use spaces"]),
    ("name: A\nabout: bell\x07\n", ["2:12: control character U+0007 is not allowed"]),
    ("? [a, b]\n: 3\n", ["1:3: a key must be a plain word"]),
    ("- name: A\n", ["1:1: a file must be made of 'key: value' lines"]),
    ("just text\n", ["1:1: a file must be made of 'key: value' lines"]),
    ("{name: A}\n[]\n", ["2:1: only one mapping of 'key: value' lines may stand at the top of a file"]),
])
def test_yaml_that_surprises_or_runs_is_refused(folder, content, expected):
    check(content, *expected)
    assert not (folder / "hacked").exists()


@pytest.mark.parametrize("content, place, part", [
    ("name: 'A\nmonths: 3\n", "1:7", "a quote that is opened here is never closed"),
    ("months: 3\nabout: training: practical\n", "2:16", "put text that holds ': ' in quotes"),
    ("groups:\n  size: 8\n   meetings: 2\n", "3:12", "line up the keys"),
    ("groups:\n  size: 8\n meetings: 2\n", "3:2", "check indentation"),
    ("name: A\nmonths 3\nbase_year: 2019\n", "2:1", "no ': ' between key and value"),
    ("name: @x\n", "1:7", "a value cannot start with this character: put it in quotes"),
    ("districts: [{name: A}\nmonths: 3\n", "2:1", "the list that is opened with '[' on line 1"),
    ("districts:\n  - {name: A\nmonths: 3\n", "3:7", "the mapping that is opened with '{' on line 2"),
    ("interventions: - kind: diklat\n", "1:16", "a list item '- ' must start on a line of its own"),
    ('name: "\\q"\n', "1:8", "an unknown escape after '\\' in double quotes"),
])
def test_broken_yaml_is_explained_where_it_breaks(content, place, part):
    (fault,) = faults_of(content)
    assert fault.startswith(f"coba.yaml:{place}: ") and part in fault


@pytest.mark.parametrize("content, place", [
    ("[" * 100_000, "1:"), ("a: " + "[" * 30 + "]" * 30, "1:23"), ("{a: " * 50_000, "1:"),
    ("".join("  " * level + "a:\n" for level in range(300)), "20:39"), ("- " * 50_000, "1:41"),
])
def test_deep_nesting_is_refused(content, place):
    fault = faults_of(content)[0]
    assert fault.startswith(f"coba.yaml:{place}") and fault.endswith("nested deeper than 20 levels")


# -- files that are refused ------------------------------------------------------------------------

@pytest.mark.parametrize("content, expected", [
    (b"", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"\xef\xbb\xbf", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"# nothing\n\n", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"---\n", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"name: A\nabout: caf\xe9\n", "2:11: byte 0xE9 at position 18 is not UTF-8: save the file as UTF-8"),
    (b"\xef\xbb\xbfname: \xc3\xa9\xff\n", "1:8: byte 0xFF at position 11 is not UTF-8: save the file as UTF-8"),
    ("name: A\n".encode("utf-16"), "1:1: byte 0xFF at position 0 is not UTF-8: save the file as UTF-8"),
])
def test_a_file_must_be_text(content, expected):
    check(content, expected)


def test_a_byte_order_mark_is_no_fault_and_moves_no_column():
    check(b"\xef\xbb\xbfmonths: 0\n", "1:9: months = 0: must be 1 to 600 months")


def test_windows_line_ends_move_no_line():
    check(b"name: A\r\ngroups:\r\n  size: 3\r\n", "3:9: groups.size = 3: must be 5 to 20 households")


def test_a_large_file_is_refused_unread():
    assert faults_of(b"# " + b"x" * 9_999_998) == ["coba.yaml: file is 10.0 MB: at most 1 MB"]
    assert faults_of(b"#" * 1_000_001) == ["coba.yaml: file is 1.1 MB: at most 1 MB"]
    Path("full.yaml").write_bytes(b"name: A\n" + b"#" * 999_992)
    assert Scenario.load("full.yaml").name == "A"


def test_a_folder_a_pipe_and_a_missing_file_are_no_scenarios(folder):
    (folder / "banjarmasin.yaml").write_text("name: B\n")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(folder / "pipe.yaml")
    for path, said in {
        ".": ".: is a folder, not a file", "pipe.yaml": "pipe.yaml: is not an ordinary file",
        "banjarmasn.yaml": "banjarmasn.yaml: file not found; did you mean 'banjarmasin.yaml'?",
        "qqq": "qqq: file not found", "gone/x.yaml": "gone/x.yaml: file not found: there is no folder 'gone'",
        "banjarmasin.yaml/x": "banjarmasin.yaml/x: cannot be read: not a directory",
        "loop.yaml": "loop.yaml: cannot be read: too many levels of symbolic links",
        "a\0b": "a\ufffdb: is no name of a file",
        "x" * 300: f"{'x' * 300}: cannot be read: file name too long",
    }.items():
        with pytest.raises(ScenarioError) as told:
            Scenario.load(path)
        assert told.value.faults == [said]


def test_a_file_without_permission_is_told(folder):
    (folder / "coba.yaml").write_text("name: A\n")
    (folder / "coba.yaml").chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)           # permissions do not bind root
    try:
        with pytest.raises(ScenarioError) as told:
            Scenario.load(folder / "coba.yaml")
    finally:
        os.seteuid(user)
    assert told.value.faults == [f"{folder / 'coba.yaml'}: cannot be read: permission denied"]


@pytest.mark.parametrize("content", [
    "".join(f"key_{place}: {place}\n" for place in range(60_000)),
    "interventions:\n" + "  - {kind: diklat, hourz: x}\n" * 30_000,
    "shocks:\n  - {kind: flood, districts: [" + "x," * 19_000 + "]}\n",
    "districts: [" + "{name: a}," * 9_000 + "]",
    "interventions: [" + "{name: a}," * 9_000 + "]",
    "months: " + "9" * 900_000, "months: '" + "1." * 400_000 + "'", " \tx\n" * 200_000, "\x07" * 900_000,
    "a: " + "&a " * 300_000, "? " * 400_000, "x" * 900_000, "a: !" + "x" * 900_000,
], ids=range(13))
def test_no_file_of_the_allowed_size_keeps_the_reader_long(content):
    started = time.process_time()
    faults = faults_of(content)
    assert time.process_time() - started < 5
    assert len(faults) <= 201 and max(len(fault) for fault in faults) < 500


def test_more_than_two_hundred_faults_are_cut_short():
    faults = faults_of("".join(f"key_{place}: {place}\n" for place in range(300)))
    assert len(faults) == 201 and faults[-1] == "coba.yaml: and more faults; these are the first 200"


# -- all at once -----------------------------------------------------------------------------------

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
          "14:46: interventions.diklat.hours.grade = sure: must be one of observed, literature, derived, calibrated, "
          "assumed",
          "14:69: interventions.diklat.practice_share = 60%: must be a number, 0 to 1 (share); write 0.6",
          f"15:12: interventions.dikalt.kind = dikalt: must be one of {INTERVENTIONS}; did you mean 'diklat'?",
          "16:12: interventions.uep_grant.kind = uep_grant: name used twice in interventions: give each a 'name' of "
          "its own",
          "18:31: shocks.flood.districts.1 = Utar: must be one of the districts: Utara; did you mean 'Utara'?")


def test_a_faulty_value_brings_no_second_fault_about_its_default():
    check("population: {households: 12}\ngroups: {size: 3}\n", "2:16: groups.size = 3: must be 5 to 20 households")


def test_a_message_stays_on_one_line_and_paints_no_terminal():
    check('groups:\n  size: "\\x1b[31m red\\nsecond line"\n',
          f"2:9: groups.size = \ufffd[31m red second line: {SIZE}")


WITHOUT_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = None            # as where PyYAML was built without the C library
from kubesim.errors import ScenarioError
from kubesim.scenario import Scenario
from kubesim.yaml_file import LOADER
assert LOADER.__name__ == "SafeLoader"
for path in sys.argv[1:]:
    try:
        Scenario.load(path)
    except ScenarioError as error:
        print(error)
"""


def test_the_reader_says_the_same_without_the_c_library():
    contents = ["groups:\n  siez: 8\n", "name: A\nname: B\n", "groups: {size: 0,5}\n", "months: *m\n", "name: !!x A\n",
                "name: A\n---\nname: B\n", "name: 'A\nmonths: 3\n", "about: training: practical\n", "name: @x\n",
                "groups:\n  size: 8\n meetings: 2\n", "name: A\nmonths 3\nbase_year: 2019\n", "{name: A}\n[]\n",
                "interventions: - kind: diklat\n", "".join("  " * level + "a:\n" for level in range(30))]
    names = [f"bad_{place}.yaml" for place in range(len(contents))]
    told = [line for name, content in zip(names, contents) for line in faults_of(content, name)]
    package = str(Path(sys.modules["kubesim"].__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", WITHOUT_LIBYAML, *names], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": package})
    assert done.stdout.splitlines() == told, done.stderr


# -- whatever comes --------------------------------------------------------------------------------

FRAGMENTS = [b"&a ", b"*a ", b"!!python/object:os.system ", b"{", b"}", b"[", b"]", b": ", b"- ", b"\t", b"\n", b"  ",
             b"'", b'"', b"#", b"|\n", b">\n", b"? ", b"%", b"\xff", b"\x00", b"---\n", b"1e400", b".nan", b"null",
             b"value", b"kind: ", b"name: ", b"diklat", b"<<: ", b"\xef\xbb\xbf", b"true", b"0,5", b"~", b"based_on: ",
             b",", b"based_on: banjarmasin.yaml\n", b"grade: x", b"districts: []\n", b"9" * 400]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(FRAGMENTS)), min_size=1, max_size=6),
       part=st.tuples(st.floats(0, 1), st.integers(100, 3000)))
def test_a_spoiled_file_is_read_or_refused_but_never_crashes(cuts, part):
    whole = SPOILED.read_bytes()
    start = int(part[0] * len(whole))
    content = whole[start:start + part[1]]
    for place, removed, added in cuts:
        at = int(place * len(content))
        content = content[:at] + added + content[at + removed:]
    Path("coba.yaml").write_bytes(content)
    Path("banjarmasin.yaml").write_bytes(whole)
    try:
        scenario = Scenario.load("coba.yaml")
    except ScenarioError as error:
        assert error.faults and all(fault.startswith(("coba.yaml:", "banjarmasin.yaml:")) for fault in error.faults)
    else:
        assert Scenario.from_mapping(scenario.to_mapping()) == scenario


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                        lambda inner: st.lists(inner, max_size=3)
                        | st.dictionaries(st.sampled_from(["kind", "name", "value", "size", "hours", "districts"])
                                          | st.text(max_size=3), inner, max_size=3), max_leaves=8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["name", "months", "groups", "population", "districts", "interventions",
                                        "shocks", "based_on", "trust"]), ANYTHING, max_size=4))
def test_any_mapping_is_taken_or_refused_but_never_crashes(mapping):
    try:
        scenario = Scenario.from_mapping(mapping)
    except ScenarioError as error:
        assert error.faults and all(fault.startswith("<python>: ") for fault in error.faults)
    else:
        assert Scenario.from_mapping(scenario.to_mapping()) == scenario
