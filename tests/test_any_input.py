"""Whatever stands in a file or a mapping, it becomes a scenario or a list of faults, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubesim.errors import ScenarioError
from kubesim.scenario import Scenario

SPOILED = Path(__file__).parents[1] / "scenarios" / "banjarmasin.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work where the files are, so that messages show short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


FRAGMENTS = [b"&a ", b"*a ", b"!!python/object:os.system ", b"{", b"}", b"[", b"]", b": ", b"- ", b"? ", b",",
             b"'", b'"', b"#", b"%", b"|\n", b">\n", b"---\n", b"\t", b"\n", b"  ", b"\xff", b"\x00",
             b"\xef\xbb\xbf", b"1e400", b".nan", b"0,5", b"9" * 400, b"null", b"~", b"true", b"diklat",
             b"kind: ", b"name: ", b"<<: ", b"value", b"grade: x", b"districts: []\n", b"based_on: ",
             b"based_on: banjarmasin.yaml\n"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(FRAGMENTS)),
                     min_size=1, max_size=6),
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
        assert {fault.split(":")[0] for fault in error.faults} <= {"coba.yaml", "banjarmasin.yaml"}
    else:
        assert Scenario.from_mapping(scenario.to_mapping()) == scenario


KEYS = st.sampled_from(["kind", "name", "value", "size", "hours", "districts"]) | st.text(max_size=3)
SECTIONS = st.sampled_from(["name", "months", "groups", "population", "districts", "interventions", "shocks",
                            "based_on", "trust"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(SECTIONS, ANYTHING, max_size=4))
def test_any_mapping_is_taken_or_refused_but_never_crashes(mapping):
    try:
        scenario = Scenario.from_mapping(mapping)
    except ScenarioError as error:
        assert error.faults and all(fault.startswith("<python>: ") for fault in error.faults)
    else:
        assert Scenario.from_mapping(scenario.to_mapping()) == scenario
