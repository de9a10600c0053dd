"""Bad files: what cannot be read, must not be followed, or is no plain YAML; nothing ends in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kubesim.scenario import Scenario
from scenario_files import check, faults_of, faults_when


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work where the files are, so that messages show short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- based_on ----------------------------------------------------------------------------------------
OUTSIDE = "must be a file in the folder of this scenario"


@pytest.mark.parametrize("written, said", [
    ("../base.yaml", OUTSIDE), ("sub/../../base.yaml", OUTSIDE), ("/etc/passwd", OUTSIDE),
    ("C:\\base.yaml", OUTSIDE),
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
    assert faults_of("based_on: base.yaml\nmonths: 0\npopulation: {households: 12}\n"       # size: unknown
                     "interventions:\n  - {name: diklat, hours: 3}\n") == [
        "base.yaml:1:10: byte 0xE9 at position 9 is not UTF-8: save the file as UTF-8",
        "coba.yaml:2:9: months = 0: must be 1 to 600 months"]


# -- YAML that is refused ----------------------------------------------------------------------------
ANCHORS = "are not allowed: write the value out where it is needed"


def test_an_alias_bomb_is_refused_at_once():
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi")]
    started = time.process_time()
    faults = faults_of("\n".join(levels))
    assert time.process_time() - started < 1
    assert f"coba.yaml:1:4: a = [...]: anchors (&a) {ANCHORS}" in faults
    assert "coba.yaml:2:8: b.1 = *a: aliases are not allowed: write the value out" in faults


@pytest.mark.parametrize("content, expected", [
    ("groups: &g\n  size: 8\n",
     ["1:9: groups = {...}: anchors (&g) are not allowed: write the value out where it is needed"]),
    ("months: *m\n", ["1:9: months = *m: aliases are not allowed: write the value out"]),
    ("groups:\n  <<: 3\n",
     ["2:3: groups.<<: unknown key; known here: formed, size, start_month, start_spread, meetings, "
      "extra_trust, deposit"]),
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


# -- files that are refused --------------------------------------------------------------------------
@pytest.mark.parametrize("content, expected", [
    (b"", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"\xef\xbb\xbf", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"# nothing\n\n", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"---\n", "1:1: is empty: a scenario starts with a line such as 'name: My scenario'"),
    (b"name: A\nabout: caf\xe9\n", "2:11: byte 0xE9 at position 18 is not UTF-8: save the file as UTF-8"),
    (b"\xef\xbb\xbfname: \xc3\xa9\xff\n",
     "1:8: byte 0xFF at position 11 is not UTF-8: save the file as UTF-8"),
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
        assert faults_when(lambda: Scenario.load(path)) == [said]


def test_a_file_without_permission_is_told(folder):
    (folder / "coba.yaml").write_text("name: A\n")
    (folder / "coba.yaml").chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)           # permissions do not bind root
    try:
        told = faults_when(lambda: Scenario.load(folder / "coba.yaml"))
    finally:
        os.seteuid(user)
    assert told == [f"{folder / 'coba.yaml'}: cannot be read: permission denied"]


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


# -- another reader ----------------------------------------------------------------------------------
WITHOUT_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = None            # as where PyYAML was built without the C library
from kubesim.errors import ScenarioError
from kubesim.scenario import Scenario
from kubesim.reading.yaml_file import LOADER
assert LOADER.__name__ == "SafeLoader"
for path in sys.argv[1:]:
    try:
        Scenario.load(path)
    except ScenarioError as error:
        print(error)
"""


def test_the_reader_says_the_same_without_the_c_library():
    contents = ["groups:\n  siez: 8\n", "name: A\nname: B\n", "groups: {size: 0,5}\n", "months: *m\n",
                "name: !!x A\n", "name: A\n---\nname: B\n", "name: 'A\nmonths: 3\n", "name: @x\n",
                "about: training: practical\n", "groups:\n  size: 8\n meetings: 2\n", "{name: A}\n[]\n",
                "name: A\nmonths 3\nbase_year: 2019\n", "interventions: - kind: diklat\n",
                "".join("  " * level + "a:\n" for level in range(30))]
    names = [f"bad_{place}.yaml" for place in range(len(contents))]
    told = [line for name, content in zip(names, contents) for line in faults_of(content, name)]
    package = str(Path(sys.modules["kubesim"].__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", WITHOUT_LIBYAML, *names], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": package})
    assert done.stdout.splitlines() == told, done.stderr
