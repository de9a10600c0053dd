"""Scenario files that a user brings to the page: the checks of any file, limits, and nobody else sees them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from urllib.parse import parse_qs

import pytest

from kubesim.errors import ScenarioError
from kubesim.scenario import Scenario
from kubesim.web import effects
from kubesim.web.desk import Desk
from kubesim.web.form import form
from kubesim.web.server import LARGEST_MESSAGE
from kubesim.web.uploads import LARGEST, MOST_BYTES, MOST_FILES
from patience import wait_for

SMALL = {"population.households": 100, "groups.size": 5, "months": 6}
SHELF = {"city": Scenario(name="City").with_(SMALL)}
FILES = {"city.yaml": b"name: City\ngroups: {size: 5}\n", "above.yaml": b"based_on: city.yaml\n"}
SHORT = "households=100&months=6"
MINE = b"name: <b>Mine</b>\nbased_on: city.yaml\nmonths: 12\ninterventions:\n  - {kind: diklat, start_month: 1}\n"


@pytest.fixture(autouse=True)
def few_pairs(monkeypatch):
    """What is tested here does not hang on how many there are."""
    monkeypatch.setattr(effects, "PAIRS", 2)
    monkeypatch.setattr(effects, "FIRST", 1)


def open_desk(bench, query: str = SHORT) -> Desk:
    desk = Desk(SHELF, bench, query, files=FILES)
    desk.start()
    return desk


def upload(desk: Desk, content: bytes, name: object = "mine.yaml") -> list[str]:
    """Send a file as the page does; the faults told."""
    desk.act({"do": "upload", "key": name, "value": b64encode(content).decode()})
    return desk.faults


# -- a good file -------------------------------------------------------------------------------
def test_an_uploaded_scenario_is_picked_moved_compared_pinned_and_saved(bench, tmp_path):
    desk = open_desk(bench)
    assert upload(desk, MINE) == []
    shown = form(desk)
    assert shown["scenario"].startswith("file:mine.yaml:") and shown["uses_file"]
    assert shown["scenarios"][-1]["title"] == "<b>Mine</b> (your file mine.yaml)"
    assert "12 months" in shown["size_note"], "the page simulates its own number of months, and says so"
    assert desk.design().groups.size == 5, "a value of the scenario on which it is based"
    desk.act({"do": "against", "value": "city"})
    desk.act({"do": "pin", "value": "First"})
    desk.act({"do": "set", "key": "hours", "value": 60})
    wait_for(lambda: desk.results and not desk.status["working"])
    assert [line["name"] for line in desk.results["key"]] == ["City", "First", "Your design"]
    desk.act({"do": "export", "key": "yaml"})
    wait_for(lambda: desk.download)
    (tmp_path / "saved.yaml").write_bytes(b64decode(desk.download["url"].split(",")[1]))
    assert Scenario.load(tmp_path / "saved.yaml") == desk.design()


def test_no_markup_of_a_file_reaches_the_charts(bench):
    desk = open_desk(bench)
    upload(desk, MINE)
    desk.act({"do": "set", "key": "hours", "value": 60})
    wait_for(lambda: desk.results and not desk.status["working"])
    assert "<b>" not in "".join(card["svg"] for card in desk.results["cards"])


@pytest.mark.parametrize("given, shown", [
    ("C:\\Users\\Ani\\mine.yaml", "mine.yaml"), ("../../etc/mine.YML", "mine.YML"), ("a\nb\0~.yaml", "ab-.yaml"),
    ("x" * 90 + ".yaml", "..." + "x" * 32 + ".yaml")])
def test_a_file_goes_by_its_plain_name(bench, given, shown):
    desk = open_desk(bench)
    assert upload(desk, MINE, given) == []
    assert next(iter(desk.uploads)).split(":")[1] == shown


# -- a file with faults ------------------------------------------------------------------------
WRONG = {
    "empty": (b"", "mine.yaml:1:1: is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "mine.yaml:1:1: byte 0x89 at position 0 is not UTF-8"),
    "another encoding": ("name: Ñuñoa".encode("latin-1"), "mine.yaml:1:7: byte 0xD1"),
    "zero bytes": (b"name: a\0b", "control character U+0000"),
    "no YAML": (b"name: [1, 2", "the list that is opened with '[' on line 1"),
    "aliases": (b"name: &a x\nabout: *a\n", "mine.yaml:1:7: name = x: anchors (&a) are not allowed"),
    "a tag": (b"name: !!python/object/apply:os.system [ls]\n", "tags (!!python/object/apply:os.system)"),
    "deep": (b"name: " + b"[" * 5_000, "nested deeper than 20 levels"),
    "many values": (b"about: [" + b"1," * 70_000 + b"1]", "a file holds at most"),
    "a huge number": (b"months: " + b"9" * 5_000, "mine.yaml:1:9: months = 9999"),
    "an endless number": (b"population: {poverty_line: 1e999}", "must be a finite number"),
    "a word for a number": (b"months: many", "months = many: must be a whole number of months, 1 to 600"),
    "an unknown key": (b"name: A\nmonth: 3\n", "mine.yaml:2:1: month: unknown key; did you mean 'months'?"),
    "markup": (b"<script>alert(1)</script>: 1\n", "<script>alert(1)</script>: unknown key"),
    "a list": (b"- 1\n- 2\n", "must be made of 'key: value' lines"),
    "the server's files": (b"based_on: /etc/passwd\n", "must be one of the files that are offered here (above.yaml"),
    "a folder above": (b"based_on: ../city.yaml\n", "must be one of the files that are offered here"),
    "a base with a base": (b"based_on: above.yaml\n", "above.yaml is itself based on city.yaml"),
    "a base with a typo": (b"based_on: citi.yaml\n", "did you mean 'city.yaml'?"),
    "a household file": (b"population: {register: households.csv}\n", 
                         "population.register = households.csv: a household file is not read here, where only the "
                         "scenario has come: run it where the household file lies"),
    "too many parts": (b"interventions:\n" + b"".join(
        b"  - {kind: diklat, name: d%d, start_month: 1}\n" % place for place in range(21)), "21 of them; at most 20"),
    "a long name": (b"name: " + b"x" * 101, "has 101 letters; at most 100 on this page"),
    "a vast city": (b"population: {targeted_share: 0.0001}\n", "must be at least 0.0125 on this page"),
}


@pytest.mark.parametrize("content, told", WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_file_is_told_and_nothing_changes(bench, content, told):
    desk = open_desk(bench)
    before = desk.question
    faults = upload(desk, content)
    assert any(told in fault for fault in faults), faults
    assert all(fault.startswith("mine.yaml") and "\n" not in fault for fault in faults)
    assert desk.question == before and not desk.uploads and desk.shelf["city"] is SHELF["city"]
    assert upload(desk, MINE) == [], "and the next file is taken"


def test_an_upload_is_told_the_lines_that_a_file_on_the_command_line_is_told(bench, tmp_path):
    content = b"months: -1\ncolour: red\ngroups: {size: 3, meetings: often}\ninterventions: [{kind: diklatt}]\n"
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as wrong:
        Scenario.load(file)
    assert upload(open_desk(bench), content) == [line.replace(str(file), "mine.yaml") for line in wrong.value.faults]


def test_a_file_beside_the_server_is_out_of_reach(bench, tmp_path, monkeypatch):
    (tmp_path / "secret.yaml").write_text("name: Secret\n")
    monkeypatch.chdir(tmp_path)
    desk = open_desk(bench)
    assert "offered here" in upload(desk, b"based_on: secret.yaml\n")[0]
    lonely = Desk(SHELF, bench, SHORT)
    assert "write all values out" in upload(lonely, b"based_on: secret.yaml\n")[0]


@pytest.mark.parametrize("sent", [None, True, -5, 3.5, [], {"a": 1}, "***", "abc", "é" * 9])
def test_what_did_not_arrive_whole_is_told(bench, sent):
    desk = open_desk(bench)
    desk.act({"do": "upload", "key": "mine.yaml", "value": sent})
    assert desk.faults == ["mine.yaml: did not arrive whole; try again"]


@pytest.mark.parametrize("name", [None, "", 7, "mine.xlsx", "yaml", "..", ["a"] * 99])
def test_only_scenario_files_are_taken(bench, name):
    told = upload(open_desk(bench), MINE, name)[0]
    assert "must be a scenario file, name.yaml; kubesim population makes one" in told


# -- limits ------------------------------------------------------------------------------------
def padded(name: int, size: int) -> bytes:
    """A scenario file of so many bytes."""
    start = b"name: n%d\n#" % name
    return start + b"x" * (size - len(start))


def test_a_file_has_a_largest_size_also_when_only_its_size_is_sent(bench):
    desk = open_desk(bench)
    assert upload(desk, padded(1, LARGEST)) == []
    assert upload(desk, padded(2, LARGEST + 1)) == ["mine.yaml: has 641 KB; at most 640 KB can be uploaded"]
    desk.act({"do": "upload", "key": "mine.yaml", "value": 10**30})
    assert "at most 640 KB" in desk.faults[0] and len(desk.uploads) == 1


def test_the_largest_file_fits_into_what_a_browser_may_send_at_once():
    assert len(b64encode(bytes(LARGEST))) + 10_000 < LARGEST_MESSAGE


@pytest.mark.slow
def test_the_whole_country_by_districts_can_be_uploaded(bench, tmp_path, monkeypatch):
    """As large as the file that ``kubesim population --all`` writes of BPS's table of all 514 districts."""
    names = [f"Kabupaten Maju Bersama {place}" for place in range(514)]
    said = "kemiskinan_kabupaten_kota_2025.csv, row 514"
    value = '{{value: {}, grade: observed, source: "{}"}}'.format
    country = "name: Country\ndistricts:\n" + "".join(
        f"  - name: {name}\n    share: {value(0.001, said + ': 100,390 persons by 3.90 persons a household')}\n"
        f"    poverty_line: {value(586505, said)}\n    targeted_share: {value(0.2, said + ', by the number of poor')}\n"
        f"    prices: {value(1.2, said + ': poverty line 586,505 over 457,222')}\n    margins:\n"
        f"      poverty_rate: {value(0.1552, said)}\n      poverty_gap: {value(0.0323, said)}\n"
        f"      poverty_severity: {value(0.0096, said)}\n" for name in names)
    assert 404 * 1024 < len(country) < LARGEST
    desk = open_desk(bench)
    assert upload(desk, country.encode()) == []
    assert len(desk.design().districts) == 514


def test_a_session_has_a_number_of_files_and_of_bytes(bench):
    desk = open_desk(bench)
    for place in range(MOST_BYTES // LARGEST):
        assert upload(desk, padded(place, LARGEST)) == []
    assert "1280 KB together" in upload(desk, MINE)[0]
    desk.act({"do": "drop", "value": next(iter(desk.uploads))})
    assert upload(desk, MINE) == []
    other = open_desk(bench)
    for place in range(MOST_FILES):
        assert upload(other, padded(place, 50)) == []
    assert upload(other, padded(0, 50)) == [], "the same file once more takes no room"
    assert f"at most {MOST_FILES} files" in upload(other, MINE)[0]


# -- whose it is -------------------------------------------------------------------------------
def test_no_other_session_sees_an_upload_or_can_pick_it(bench):
    mine, theirs = open_desk(bench), open_desk(bench)
    upload(mine, MINE)
    key = next(iter(mine.uploads))
    theirs.act({"do": "scenario", "value": key})
    theirs.act({"do": "drop", "value": key})
    assert [one["value"] for one in form(theirs)["scenarios"]] == ["city"]
    assert theirs.question.design.scenario == "city" and list(mine.uploads) == [key] and list(SHELF) == ["city"]
    mine.close()
    assert not mine.uploads


def test_a_file_that_is_taken_out_leaves_the_first_scenario_and_no_pin_of_it(bench):
    desk = open_desk(bench)
    upload(desk, MINE)
    key = next(iter(desk.uploads))
    desk.act({"do": "pin", "value": "Mine"})
    desk.act({"do": "against", "value": key})
    desk.act({"do": "drop", "value": key})
    ask = desk.question
    assert (ask.design.scenario, ask.against, ask.pins, desk.uploads) == ("city", "", (), {}) and not desk.faults


# -- links -------------------------------------------------------------------------------------
def link_of(bench) -> str:
    """The address of a design that stands on an uploaded file."""
    desk = open_desk(bench, SHORT + "&lang=en")
    upload(desk, MINE)
    desk.act({"do": "pin", "value": "Mine"})
    desk.act({"do": "set", "key": "hours", "value": 60})
    return desk.query


def test_a_link_names_the_file_that_is_missing_and_shows_the_design_once_it_is_there(bench):
    link = link_of(bench)
    desk = open_desk(bench, link)
    assert len(desk.faults) == 2 and all("needs the file mine.yaml" in fault for fault in desk.faults)
    assert form(desk)["waits"] and desk.query == link, "the address is not lost while it waits"
    assert desk.question.design.settings == {} and not desk.results, "nothing else is shown in its place"
    assert upload(desk, MINE) == [] and desk.query == link and not form(desk)["waits"]
    assert desk.question.design.settings == {"hours": 60} and desk.question.pins[0].name == "Mine"


def test_another_file_of_the_same_name_is_not_taken_for_it(bench):
    desk = open_desk(bench, link_of(bench))
    upload(desk, MINE.replace(b"start_month: 1", b"start_month: 2"))
    assert desk.question.design.settings == {} and not form(desk)["waits"]
    upload(desk, MINE)
    assert desk.question.design.settings == {"hours": 60}


@pytest.mark.parametrize("key", ["file:", "file:~:", "file:<b>x</b>:1234", "file:" + "x" * 3000])
def test_a_made_up_link_is_told_shortly(bench, key):
    desk = open_desk(bench, f"scenario={key}&hours=3")
    assert "needs the file" in desk.faults[0] and len(desk.faults[0]) < 300
    assert parse_qs(desk.query)["scenario"] == [key]
    desk.act({"do": "set", "key": "hours", "value": 60})
    assert parse_qs(desk.query)["scenario"] == ["city"]
