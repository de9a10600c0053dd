"""``python -m kubesim.reference``: the released version's own figures, small enough to be kept with the code.

Writes into results/reference/: validation.csv and .png, ablations.csv, sensitivity.csv, .md and .png,
comparison.csv, uncertainty.csv, and made.json, which says with which commit, versions, seeds and commands.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable

import pandas as pd

from kubesim import files
from kubesim.calibration.draws import load_draws
from kubesim.comparing import words
from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.plots import RESOLUTION
from kubesim.plots.style import settle
from kubesim.progress import ProgressLine
from kubesim.running.executors import executor_of
from kubesim.running.manifest import Made
from kubesim.running.plan import processors
from kubesim.scenario import Scenario
from kubesim.sensitivity.headlines import headline_study
from kubesim.sensitivity.run import what_is_uncertain
from kubesim.validation.picture import draw
from kubesim.validation.validate import EVERY, FEWEST, USUAL, validate

FOLDER, MADE = Path("results/reference"), "made.json"
BASELINE = "banjarmasin"
VARIANTS = ("no_programme", "grant_only", "theory_training", "practical_training", "mentoring",
            "better_training_and_mentoring", "overloaded_companions", "mentoring_ends_early", "flood_year",
            "full_package")
PAIRS, DRAWS = 50, 50
ABLATED = 1500
"""Households of an arm where every mechanism is tried: half of the evidence's, for half its time."""
DIGITS = 6
"""Significant digits kept: more than anybody reads, few enough that another machine's are the same."""


def write_validation(folder: Path, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """The evidence table on seeds that nothing was chosen by, and its picture."""
    found = validate(USUAL, workers=processors(), progress=progress)
    _write_csv(found.verdicts, folder / "validation.csv")
    figure = draw(found)
    settle(figure)
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=RESOLUTION)
    files.write_whole(folder / "validation.png", drawn.getvalue())
    return {"command": f"kubesim validate --replicates {USUAL}", "seeds": [min(found.seeds), max(found.seeds)]}


def write_ablations(folder: Path, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Every mechanism done without in turn: which targets change their verdict."""
    found = validate(FEWEST, without=[EVERY], households=ABLATED, workers=processors(), progress=progress)
    held = found.ablations
    _write_csv(held[held["passed"] != held["passed_shipped"]], folder / "ablations.csv")
    return {"command": f"validate({FEWEST}, without=['{EVERY}'], households={ABLATED})", "tried": found.without}


def write_sensitivity(folder: Path, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """What three headline effects depend on."""
    command = f"python -m kubesim.sensitivity {FOLDER.as_posix()}"
    with TemporaryDirectory() as scratch, executor_of(processors()) as executor:
        what_is_uncertain(Path(scratch), executor=executor, study=headline_study("scenarios"), progress=progress,
                          command=command)
        for name in ("sensitivity.csv", "sensitivity.md", "sensitivity.png"):
            files.write_whole(folder / name, (Path(scratch) / name).read_bytes())
    return {"command": command}


def write_comparison(folder: Path, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """The shipped scenarios against business as usual, and the same under draws of the parameters."""
    base, *variants = (Scenario.load(Path("scenarios") / f"{name}.yaml") for name in (BASELINE, *VARIANTS))
    found = compare(base, *variants, seeds=PAIRS, draws=load_draws().sample(DRAWS, seed=1), progress=progress)
    _write_csv(found.headline(), folder / "comparison.csv")
    _write_csv(_uncertainty(found), folder / "uncertainty.csv")
    paths = " ".join(f"scenarios/{name}.yaml" for name in (BASELINE, *VARIANTS))
    return {"command": f"kubesim compare {paths} --replicates {PAIRS} --parameter-uncertainty {DRAWS}"}


def _uncertainty(found: Comparison) -> pd.DataFrame:
    wanted = {(words.told(name), words.headline_group(name)) for name in found.asked}
    return pd.DataFrame([one for one in found.uncertainty.spreads if (one.outcome, one.group) in wanted])


PARTS: dict[str, Callable[[Path, Callable[[int, int], None]], dict[str, Any]]] = {
    "validation": write_validation, "comparison": write_comparison, "sensitivity": write_sensitivity,
    "ablations": write_ablations}


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    files.write_whole(path, table.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n"))


def commit() -> str:
    """The commit that is checked out, with a plus sign when files differ from it; 'unknown' without git."""
    try:
        said = [subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()
                for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "--", "kubesim", "scenarios"))]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return said[0] + "+" * bool(said[1])


def main(given: list[str] | None = None) -> int:
    """Make the reference results, or those parts of them that are named."""
    parser = argparse.ArgumentParser(prog="python -m kubesim.reference", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts (default: all)")
    asked = parser.parse_args(given).parts or list(PARTS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = json.loads((FOLDER / MADE).read_text()) if (FOLDER / MADE).exists() else {}
    for name in asked:
        began = time.monotonic()
        with ProgressLine() as progress:
            said = PARTS[name](FOLDER, progress)
        made[name] = said | {"commit": commit(), "seconds": round(time.monotonic() - began),
                             "versions": Made().versions}
        files.write_whole(FOLDER / MADE, json.dumps(made, indent=2) + "\n")
        print(f"{name}: {made[name]['seconds']} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
