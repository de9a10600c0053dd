"""A frontier's folder: its tables, the best design as a scenario, the picture, and run.json."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.manifest import manifest_of, read_manifest, seal
from kubesim.running.tables import Column

if TYPE_CHECKING:
    from kubesim.frontier.found import Frontier, Question

KIND = "frontier"
BEST = "best.yaml"
COLUMNS = {
    "design": Column("number", "design, in the order in which they were tried"),
    "label": Column("name", "letter of a finalist, A the chosen one; baseline; no_programme"),
    "cost": Column("Rp", "programme cost of all groups of the model, mean over seeds"),
    "cost_low": Column("Rp", "lower end of the 95 % interval"),
    "cost_high": Column("Rp", "upper end of the 95 % interval"),
    "cost_per_group": Column("Rp per group", "cost by the groups of the baseline"),
    "gain": Column("as the goal", "gain over no programme, more being better, mean over seeds"),
    "gain_low": Column("as the goal", "lower end of the 95 % interval"),
    "gain_high": Column("as the goal", "upper end of the 95 % interval"),
    "seeds": Column("seeds", "seeds lived"),
    "stage": Column("name", "search: seeds that the search chose by; fresh: seeds it never saw"),
    "on_frontier": Column("yes or no", "no design of the search costs less and gains more"),
    "best": Column("share", "chance of being the best within the budget: share of resamples of seeds"),
    "regret": Column("as the goal", "expected gain forgone by choosing it instead of the best")}
WITHIN = {"frontier": Column("yes or no", "mean cost within the budget"),
          "designs": Column("share", "chance that its mean cost is within the budget")}


def about(question: "Question") -> dict[str, Any]:
    """What was asked, but for the scenario, as plain JSON types."""
    return {"budget": float(question.budget), "outcome": question.goal.name, "trials": question.trials,
            "replicates": question.replicates, "seed": question.seed, "rate": question.rate,
            "levers": {lever.path: [lever.low, lever.high] for lever in question.levers}}


def check_question(folder: Path, question: "Question") -> None:
    """Refuse a folder that holds the answer to another question. Raises ScenarioError."""
    if not (folder / files.MANIFEST).exists():
        return
    held = read_manifest(folder).get(KIND)
    if held is not None and held != about(question):
        raise ScenarioError(say("{folder}: holds the answer to another question (another budget, outcome, "
                                "levers, trials, replicates or seed); choose another folder with --out",
                                folder=folder))


def write(found: "Frontier", folder: Path) -> None:
    """Write into a folder that is claimed and checked already: tables first, then the picture."""
    writers = {"frontier.parquet": partial(_write_table, "frontier", found, found.tried())}
    if found.judged:
        writers["designs.parquet"] = partial(_write_table, "designs", found, found.designs())
    best = found.best_scenario()
    if best:
        writers[BEST] = lambda path: path.write_text(best.to_yaml(), encoding="utf-8")
    question = found.question
    manifest = {**manifest_of(found.made, question.scenario, question.all_seeds), "kind": KIND,
                KIND: about(question)}
    files.publish(folder, writers, manifest)
    if found.judged:
        from kubesim.frontier.picture import write_figure
        write_figure(found, folder)
        seal(folder)


def _write_table(name: str, found: "Frontier", table: pd.DataFrame, path: Path) -> None:
    known = COLUMNS | {"within_budget": WITHIN[name]}
    known |= {lever.path: Column(lever.unit, "lever") for lever in found.question.levers}
    plain = pa.Schema.from_pandas(table, preserve_index=False)
    schema = pa.schema([kept.with_metadata(dict(known[kept.name]._asdict())) for kept in plain])
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path, compression="zstd")
