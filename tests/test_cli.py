"""The command line: what users type, what they get, and what they are told when it is wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kubesim.cli import COMMANDS, main
from kubesim.progress import ProgressLine, duration
from kubesim.running.results import Results

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
VILLAGE = """
name: Village
months: 3
population: {households: 40}
groups: {size: 5}
districts: [{name: North, share: 0.5}, {name: South, share: 0.5}]
interventions:
  - {kind: uep_grant}
  - {kind: companionship, caseload: 2}
"""


@pytest.fixture
def village(tmp_path, monkeypatch) -> str:
    """A scenario file in an empty folder that is the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    Path("village.yaml").write_text(VILLAGE, encoding="utf-8")
    return "village.yaml"


@pytest.fixture
def typed(capsys):
    """Types a command; gives exit status, lines of standard output and lines of standard error,
    without the progress that a slow machine would tell."""
    def type_in(*words: str) -> tuple[int, list[str], list[str]]:
        try:
            status = main(words)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        told = [line for line in said.err.splitlines() if "months simulated" not in line]
        return status, said.out.splitlines(), told
    return type_in


def process(*words: str, python: tuple[str, ...] = ("-m", "kubesim")) -> subprocess.CompletedProcess:
    """The command in a process of its own."""
    return subprocess.run([sys.executable, *python, *words], capture_output=True, text=True, env=ENVIRONMENT)


# -- run ---------------------------------------------------------------------------------------
def test_run_prints_the_headline_and_says_where_the_files_are(typed, village):
    status, out, err = typed("run", village, "--replicates", "3", "--no-figures")
    assert status == 0 and err == []
    assert out[0] == "Village: 3 replicates, seeds 1 to 3, month 3"
    assert out[2].split() == ["outcome", "mean", "95", "%", "interval", "without", "difference", "95", "%",
                              "interval", "unit"]
    assert any(line.startswith("poverty_rate_members") for line in out)
    assert out[-1] == f"written to {Path('results/village')}"
    results = Results.load("results/village")
    assert results.seeds == (1, 2, 3) and results.counterfactual is not None
    assert results.made.command == "kubesim run village.yaml --replicates 3 --no-figures"


def test_run_draws_figures_and_enters_them_into_the_manifest(typed, village):
    assert typed("run", village, "--replicates", "2", "--out", "here", "--outcome", "welfare")[0] == 0
    figures = {f"figures/{path.name}" for path in Path("here/figures").iterdir()}
    told = json.loads(Path("here/run.json").read_text(encoding="utf-8"))["files"]
    assert figures and figures == {name for name in told if name.startswith("figures/")}
    assert Results.load("here").seeds == (1, 2)


def test_options_reach_the_run(typed, village):
    status, out, _ = typed(
        "run", village, "--seed", "7", "--replicates", "2", "--months", "2", "--set", "groups.size=10",
        "--set", "interventions.companionship.caseload=1", "--keep", "groups, households", "--csv",
        "--outcome", "welfare", "--outcome", "groups_active", "--out", "there", "--workers", "1",
        "--no-figures")
    assert status == 0
    assert [line.split()[0] for line in out[3:6]] == ["welfare", "welfare_members", "groups_active"]
    results = Results.load("there")
    assert results.seeds == (7, 8) and results.scenario.months == 2 and results.scenario.groups.size == 10
    assert results.scenario.interventions[1].caseload == 1
    assert results.panels.keys() == {"households", "groups"} and results.panel("groups").row.max() == 1
    assert results.counterfactual is None               # nothing that was asked for needs it
    assert {"outcomes.csv", "households.csv"} <= {path.name for path in Path("there").iterdir()}


def test_the_same_command_again_runs_nothing_and_says_so(typed, village):
    first = typed("run", village, "--replicates", "2", "--no-figures")
    again = typed("run", village, "--replicates", "2", "--no-figures")
    assert first[1] == again[1]
    folder = Path("results/village")
    assert again[2] == [f"{folder}: 2 of 2 replicates are finished already and not run again"]
    assert typed("run", village, "--replicates", "2", "--no-figures", "--quiet")[2] == []


def test_another_scenario_in_the_same_folder_is_refused(typed, village):
    typed("run", village, "--replicates", "1", "--no-figures")
    before = Path("results/village/run.json").read_bytes()
    status, out, err = typed("run", village, "--replicates", "1", "--no-figures", "--months", "2")
    assert status == 2 and out == [] and len(err) == 1
    assert "holds results of another scenario (months was 3, now 2)" in err[0]
    assert Path("results/village/run.json").read_bytes() == before


def test_every_fault_of_a_command_is_told_at_once_and_nothing_is_written(typed, village):
    status, out, err = typed(
        "run", village, "--replicates", "0", "--seed", "-1", "--months", "0", "--workers", "0", "--outcome",
        "povertyrate", "--keep", "houses", "--set", "groups.siez=3")
    assert status == 2 and out == []
    assert err[:6] == ["--seed -1: must be 0 to 9223372036853775807", "--replicates 0: must be 1 to 1000000",
                       "--months 0: must be 1 to 600", "--workers 0: must be 1 to 1024",
                       "outcome 'povertyrate' does not exist; did you mean 'poverty_rate'?",
                       "keep 'houses' does not exist; did you mean 'households'?"]
    assert "groups.siez" in err[6] and "did you mean 'size'" in err[6]
    assert not Path("results").exists()


@pytest.mark.parametrize("words, told", [
    ((), "required: COMMAND"),
    (("rum",), "invalid choice: 'rum'"),
    (("run",), "required: SCENARIO"),
    (("run", "village.yaml", "--replicates", "many"), "invalid int value: 'many'"),
    (("run", "village.yaml", "--rep", "3"), "unrecognized arguments: --rep"),
    (("run", "village.yaml", "--lang", "fr"), "invalid choice: 'fr'"),
    (("run", "nowhere.yaml"), "nowhere.yaml"),
    (("run", "village.yaml", "--set", "months"), "must be path=value"),
    (("run", "village.yaml", "--set", "months=x"), "--set months=x: must be a whole number"),
    (("run", "village.yaml", "--out", "village.yaml"), "village.yaml: is a file"),
    (("schema", "scenarios"), "invalid choice: 'scenarios'"),
])
def test_wrong_words_are_told_in_one_line(typed, village, words, told):
    status, out, err = typed(*words)
    assert status == 2 and out == [] and len(err) == 1 and told in err[0]


def test_a_folder_that_cannot_be_written_is_told(typed, village):
    Path("blocked").write_text("a file where a folder should be")
    status, out, err = typed("run", village, "--replicates", "1", "--out", "blocked/run", "--no-figures")
    assert status == 1 and out == [] and len(err) == 1 and "blocked" in err[0]


def test_a_full_disk_is_told_and_leaves_nothing_behind(village):
    limited = ("import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
               "from kubesim.cli import main; sys.exit(main())")
    done = process("run", village, "--replicates", "1", "--no-figures", python=("-c", limited))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1 and "arge" in done.stderr        # "File too large"
    assert not Path("results/village").exists()


# -- languages ---------------------------------------------------------------------------------
def test_the_language_can_be_chosen_before_and_after_the_command(typed, village, monkeypatch):
    assert typed("--lang", "id", "check", village)[0] == 0
    assert typed("check", village, "--lang", "id")[0] == 0
    monkeypatch.setenv("KUBESIM_LANG", "id")
    assert typed("check", village)[0] == 0
    monkeypatch.setenv("KUBESIM_LANG", "fr")
    assert typed("check", village) == (2, [], ["KUBESIM_LANG = fr: must be en or id"])
    assert typed("check", village, "--lang", "en")[0] == 0


# -- check, schema -----------------------------------------------------------------------------
def test_check_tells_every_fault_of_every_file(typed, village):
    Path("bad.yaml").write_text("name: Bad\nmonths: 0\ngroups: {size: 3}\n", encoding="utf-8")
    Path("worse.yaml").write_text("moths: 5\n", encoding="utf-8")
    status, out, err = typed("check", "bad.yaml", village, "worse.yaml")
    assert status == 2 and out == ["village.yaml: ok"]
    assert [":".join(line.split(":")[0:2]) for line in err] == ["bad.yaml:2", "bad.yaml:3", "worse.yaml:1"]
    assert "did you mean 'months'" in err[2]


def test_schema_prints_json_schema(typed):
    status, out, _ = typed("schema")
    told = json.loads("\n".join(out))
    assert status == 0 and "draft-07" in told["$schema"] and "population" in told["properties"]


# -- help, pipes, processes --------------------------------------------------------------------
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_has_an_example(typed, command):
    status, out, _ = typed(command.name, "--help")
    assert status == 0 and f"  {command.example}" in out
    assert command.example.startswith(f"kubesim {command.name}")


def test_help_imports_no_heavy_library():
    said = process("run", "--help", python=("-X", "importtime", "-m", "kubesim"))
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in said.stderr.splitlines()}
    assert said.returncode == 0 and "argparse" in loaded
    assert not loaded & {"numpy", "pandas", "pydantic", "yaml", "mesa", "scipy", "pyarrow", "matplotlib"}


def test_a_closed_pipe_is_no_accident():
    reader = subprocess.Popen([sys.executable, "-m", "kubesim", "schema"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=ENVIRONMENT)
    reader.stdout.close()
    assert reader.stderr.read() == b"" and reader.wait() == 1
    reader.stderr.close()


def test_a_process_prints_what_the_function_prints(typed, village):
    told = process("run", village, "--replicates", "2", "--no-figures", "--quiet")
    assert told.returncode == 0 and told.stderr == ""
    typed("run", village, "--replicates", "2", "--no-figures", "--out", "other")
    assert told.stdout.replace(str(Path("results/village")), "other") == str(Results.load("other")) + (
        "\n\nwritten to other\n")
    pd.testing.assert_frame_equal(Results.load("results/village").outcomes, Results.load("other").outcomes)


# -- progress ----------------------------------------------------------------------------------
class Screen(io.StringIO):
    """A terminal that remembers what was shown."""

    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, quiet: bool = False) -> str:
    """What is shown of work of 4 parts that starts after 20 seconds and then takes 10 seconds a part."""
    now = [0.0]
    with ProgressLine(quiet, stream, clock=lambda: now[0]) as progress:
        for now[0], done in ((1, 0), (20, 0), (20, 1), (25, 1), (30, 2), (40, 3), (50, 4)):
            progress(done, 4)
    return stream.getvalue()


def test_progress_tells_the_time_left_by_the_pace_of_the_work():
    assert shown(io.StringIO()).splitlines() == [
        "50 % of 4 months simulated, 20 s left", "75 % of 4 months simulated, 10 s left",
        "100 % of 4 months simulated, 1 s left"]


def test_progress_is_a_bar_on_a_terminal_and_leaves_no_trace():
    drawn = shown(Screen()).split("\r")
    assert any("50 %" in look and "20 s left" in look for look in drawn)
    assert drawn[-1].strip() == ""


def test_short_work_shows_nothing():
    stream, times = io.StringIO(), iter((0.0, 0.5, 1.9))
    with ProgressLine(stream=stream, clock=lambda: next(times)) as progress:
        progress(1, 4)
        progress(2, 4)
    assert stream.getvalue() == "" == shown(io.StringIO(), quiet=True)


@pytest.mark.parametrize("seconds, told", [(0.2, "1 s"), (45, "45 s"), (600, "10 min"), (9000, "2.5 h")])
def test_durations_are_told_as_people_say_them(seconds, told):
    assert duration(seconds) == told
