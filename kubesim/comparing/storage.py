"""A comparison's folder: its tables, and run.json that says how they were made."""

from __future__ import annotations

from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.comparing.sequential import Stages
from kubesim.comparing.uncertainty import Uncertainty
from kubesim.comparing.worlds import Worlds
from kubesim.running.csv_files import write_csv
from kubesim.errors import ScenarioError
from kubesim.running.folder import check_folder
from kubesim.language import say
from kubesim.running.manifest import Made, manifest_of, read_manifest, scenario_held
from kubesim.running.tables import FILES, KEYS, Column, columns_of, read_table

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

KIND = "comparison"
OF_RUN = ("outcomes", "ledger", "lives", "distribution", "companions")
OF_PAIRS = ("effects", "winners", "changes", "moves", "variance", "identity")
PLACES = {name: FILES[name] for name in OF_RUN} | {name: f"{name}.parquet" for name in OF_PAIRS}
"""File of each table."""
BUDGET = "budget.parquet"
"""The table of ``Economics.budget``, for spreadsheets: it follows from the others and is not read back."""

UNCERTAINTY = "uncertainty.parquet"
"""Effects under draws of the parameters, where they were asked for; run.json holds the draws."""

SCENARIO = Column("name", "scenario, by its label")
GROUP = Column("name", "all; members: on a KUBE list at the start; non_members; a district; a decile of the "
                       "first month's consumption per person in the baseline, 1 the poorest")
BOUNDS = {"low": Column("as the estimate", "lower end of the 95 % interval"),
          "high": Column("as the estimate", "upper end of the 95 % interval"),
          "pairs": Column("pairs", "pairs in which both worlds have a value")}
COLUMNS = {
    "effects": {
        "outcome": Column("name", "outcome; _so_far: added up from month 0 on"),
        "estimate": Column("as the outcome", "variant less baseline, mean over pairs"),
        "baseline": Column("as the outcome", "mean of the baseline over the same pairs"),
        "variant": Column("as the outcome", "mean of the variant over the same pairs"),
        "p_value": Column("0 to 1", "of no difference, two-sided"),
        "low_together": Column("as the outcome", "lower end, 95 % for all variants at once (Bonferroni)"),
        "high_together": Column("as the outcome", "upper end, 95 % for all variants at once (Bonferroni)"),
        "p_together": Column("0 to 1", "p-value for all variants at once (Holm)"),
        "method": Column("name", "t; stein: pairs added to a first stage; bootstrap: over seeds, BCa")},
    "winners": {
        "change": Column("name", "change of the household's consumption, mean of the last 12 months"),
        "share": Column("share of persons", "persons of the group with this change, mean over pairs")},
    "changes": {
        "from": Column("share of the baseline", "lower edge of the class of change, open in the first"),
        "to": Column("share of the baseline", "upper edge of the class of change, open in the last"),
        "share": Column("share of persons", "persons of the group in the class, mean over pairs")},
    "moves": {
        "against": Column("name", "scenario it is held against"),
        "lifted_out": Column("households", "of the city: poor at the start and there now, not poor here"),
        "kept_out": Column("households", "of the city: not poor at the start, poor there now, not poor here"),
        "held_down": Column("households", "of the city: poor at the start and here now, not poor there"),
        "pushed_in": Column("households", "of the city: not poor at the start nor there now, poor here")},
    "variance": {
        "outcome": Column("name", "outcome"),
        "variance_baseline": Column("outcome, squared", "over seeds"),
        "variance_variant": Column("outcome, squared", "over seeds"),
        "variance_difference": Column("outcome, squared", "of differences within pairs"),
        "times": Column("times", "as many unpaired runs would be as sure")},
    "uncertainty": {
        "outcome": Column("name", "outcome; _so_far: added up from month 0 on"),
        "draw": Column("number", "of the draw of the parameters, in the order of run.json"),
        "effect": Column("as the outcome", "variant less baseline at the last month, in one pair")},
    "budget": {
        "item": Column("name", "what the money is for, an intervention; all: their sum"),
        "payer": Column("name", "who pays: centre or local; all: their sum"),
        "estimate": Column("Rp per month", "spending of the model's households and groups, undiscounted, mean "
                                           "over pairs"),
        "low": Column("Rp per month", "lower end of the 95 % interval of that mean"),
        "high": Column("Rp per month", "upper end of the 95 % interval of that mean"),
        "p05": Column("Rp per month", "1 of 20 cities spends less"),
        "p95": Column("Rp per month", "1 of 20 cities spends more")},
    "identity": {
        "may_differ": Column("month", "first month in which anything that differs from the baseline acts"),
        "differs": Column("month", "first month in which any column differed, -1 for never"),
        "table": Column("name", "table first seen to differ"),
        "column": Column("name", "column first seen to differ")},
}


def write(comparison: "Comparison", folder: Path, csv: bool) -> None:
    """Write a comparison so that a crash leaves the whole old or the whole new set."""
    check_folder(folder, comparison.worlds, comparison.seeds, KIND)
    with files.claim(folder):
        write_into(comparison, folder, csv)


def write_into(comparison: "Comparison", folder: Path, csv: bool) -> None:
    """Write into a folder that is claimed and checked already."""
    writers = {file: partial(_write_table, name, getattr(comparison, name)) for name, file in PLACES.items()}
    if comparison.uncertainty:
        writers[UNCERTAINTY] = partial(_write_table, "uncertainty", comparison.uncertainty.effects)
    writers[BUDGET] = partial(_write_table, "budget", comparison.money.budget)
    if csv:
        writers |= {f"{Path(file).stem}.csv": partial(write_csv, folder / (files.STAGED + file))
                    for file in list(writers)}
    files.publish(folder, writers, _manifest(comparison))


def _manifest(comparison: "Comparison") -> dict[str, Any]:
    """What run.json says, but for the files; ``scenario`` holds every world by its label."""
    worlds, stages = comparison.worlds, comparison.stages
    about = {"baseline": worlds.baseline, "variants": list(worlds.variants), "without": worlds.without,
             "stages": asdict(stages) if stages else None,
             "draws": list(comparison.uncertainty.draws) if comparison.uncertainty else None}
    return {**manifest_of(comparison.made, worlds, comparison.seeds), "kind": KIND, KIND: about}


def read(folder: Path) -> dict[str, Any]:
    """The fields of the Comparison that a folder holds; raises ScenarioError."""
    held = read_manifest(folder)
    path = folder / files.MANIFEST
    if held.get("kind") != KIND:
        raise ScenarioError(say("{folder}: holds no comparison", folder=folder))
    again = say("run again: {command}", command=held["command"])
    if not held["seeds"]:
        raise ScenarioError(say("{folder}: no pair was finished ({status}); ", folder=folder,
                                status=say(held["status"])) + again)
    missing = sorted(name for name, file in PLACES.items() if file not in held["files"])
    if missing or not _is_sound(held.get(KIND), held["scenario"]):
        raise ScenarioError(say("{path}: is damaged; ", path=path) + again)
    tables = {name: read_table(folder / file, held["files"][file], again) for name, file in PLACES.items()}
    worlds, stages = what_was_compared(held, path)
    draws, uncertainty = held[KIND].get("draws"), None
    if draws and UNCERTAINTY in held["files"]:
        effects = read_table(folder / UNCERTAINTY, held["files"][UNCERTAINTY], again)
        uncertainty = Uncertainty(tuple(draws), effects)
    return {"worlds": worlds, "seeds": tuple(held["seeds"]), **tables, "made": Made.of(held),
            "stages": stages, "uncertainty": uncertainty}


def _is_sound(about: Any, labels: dict[str, Any]) -> bool:
    """Whether run.json says which world is which, and of two stages all there is to say."""
    if not isinstance(about, dict) or not {"baseline", "variants", "without"} <= about.keys():
        return False
    known = isinstance(about["variants"], list) and all(isinstance(name, str) and name in labels for name in (
        about["baseline"], about["without"], *about["variants"]))
    stages = about.get("stages")
    return known and (stages is None or isinstance(stages, dict) and stages.keys() == {
        field.name for field in fields(Stages)})


def what_was_compared(held: dict[str, Any], path: Path) -> tuple[Worlds, Stages | None]:
    """The worlds of a manifest, and what the two stages did, where there were two."""
    about, origins = held[KIND], held.get("origins")
    scenarios = {label: scenario_held(values, origins.get(label) if isinstance(origins, dict) else origins, path)
                 for label, values in held["scenario"].items()}
    worlds = Worlds(scenarios, about["baseline"], tuple(about["variants"]), about["without"])
    return worlds, stages_of(held)


def stages_of(held: dict[str, Any]) -> Stages | None:
    """What the two stages of a manifest did, None where there were none or it is being written first."""
    stages = held.get(KIND, {}).get("stages")
    return Stages(**stages) if stages else None


def _write_table(name: str, table: pd.DataFrame, path: Path) -> None:
    known = dict(columns_of(name)) if name in OF_RUN else KEYS | {"group": GROUP} | BOUNDS | COLUMNS[name]
    known |= {"scenario": SCENARIO}
    plain = pa.Schema.from_pandas(table, preserve_index=False)
    schema = pa.schema([kept.with_metadata(dict(known[kept.name]._asdict())) if kept.name in known else kept
                        for kept in plain])
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path, compression="zstd")
