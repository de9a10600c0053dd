"""Records become tidy tables, each column with its unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.measure import WHO, known_outcomes
from kubesim.running.record import BIN_EDGES, Record

TABLES = ("outcomes", "counterfactual", "ledger", "lives", "distribution", "companions")
FILES = {table: f"{table}.parquet" for table in TABLES} | {"companions": "companions_by_month.parquet"}
"""File of each table; companions.parquet is the panel of companions, where it is kept."""
PROGRAMME, TWIN = "programme", "no programme"
LISTED = {"_members": "of households put on a KUBE list at the start",
          "_non_members": "of households on no KUBE list"}


class Column(NamedTuple):
    """What a column holds."""

    unit: str
    about: str


KEYS = {
    "scenario": Column("name", "name of the scenario"),
    "seed": Column("number", "seed of the replicate"),
    "month": Column("month", "0 is the start"),
    "district": Column("name", "district; 'all' for all together"),
}
OTHER_COLUMNS = {
    "ledger": {
        "item": Column("name", "what the money is for; of costs the intervention"),
        "kind": Column("name", "inflow, outflow, or cost: programme spending"),
        "payer": Column("name", "who pays a cost: centre or local"),
        "amount": Column("Rp per month", "in the model's households and groups"),
    },
    "lives": {
        "group": Column("row", "row of the group"),
        "market": Column("row", "market in which it sells"),
        "formed": Column("month", "month of formation, -1 when never formed"),
        "ended": Column("month", "month of break-up, -1 while it lives"),
        "cause": Column("name", "why it broke up"),
        "stage": Column("name", "stage at the end"),
        "members": Column("households", "members at the end"),
    },
    "distribution": {
        "world": Column("name", "with the programme, or the same world without it"),
        "who": Column("name", "all; members: on a KUBE list at the start; non_members: the others"),
        "low": Column("poverty lines", "lower edge of consumption over the poverty line"),
        "high": Column("poverty lines", "upper edge, infinite in the last bin"),
        "persons": Column("persons", "persons of the city in the bin"),
    },
    "companions": {
        "active": Column("companions", "companions at work"),
        "visits": Column("visits per month", "visits of each companion at work"),
        "caseload": Column("groups per companion", "groups that each must serve"),
        "experience": Column("0 to 1", "practical experience of companions at work"),
    },
}


def columns_of(table: str) -> Mapping[str, Column]:
    """Unit and meaning of every column that the table can have."""
    if table in ("outcomes", "counterfactual"):
        measured = known_outcomes().values()
        return KEYS | {o.name + ending: Column(o.unit, f"{o.about} ({LISTED[ending]})" if ending else o.about)
                       for o in measured for ending in WHO}
    return KEYS | OTHER_COLUMNS.get(table, {})


def schema_of(table: str, frame: pd.DataFrame) -> pa.Schema:
    """The Parquet schema of a table, with units and meanings as field metadata."""
    known = columns_of(table)
    plain = pa.Schema.from_pandas(frame, preserve_index=False)
    return pa.schema([f.with_metadata(dict(known[f.name]._asdict())) if f.name in known else f
                      for f in plain])


def read_table(path: Path, sha256: str, again: str) -> pd.DataFrame:
    """Read a table of a results folder; raises ScenarioError, which ends in the advice ``again``, when
    it is missing or not the one that run.json lists."""
    if not path.exists():
        raise ScenarioError(say("{path}: is missing; ", path=path) + again)
    if files.sha256(path) != sha256:
        raise ScenarioError(say("{path}: is damaged (its SHA-256 is not the one in {file}); delete the "
                                "folder and ", path=path, file=files.MANIFEST) + again)
    return pq.read_table(path).to_pandas()


def make_tables(names: Mapping[str, str], districts: Sequence[str], record: Record,
                twin: Record | None) -> dict[str, pd.DataFrame]:
    """The tables of a stack of replicates; without a twin there is no counterfactual.

    ``names`` holds the scenario's name in each world.
    """
    places = ("all", *districts)
    distributions = [_distribution(record, PROGRAMME)]
    tables = {"outcomes": _outcomes(names[PROGRAMME], places, record)}
    if twin:
        tables["counterfactual"] = _outcomes(names[TWIN], places, twin)
        distributions.append(_distribution(twin, TWIN))
    return tables | {"ledger": _ledger(districts, record), "lives": _lives(record),
                     "distribution": pd.concat(distributions, ignore_index=True),
                     "companions": _companions(record)}


def join_tables(pieces: Sequence[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Tables of several stacks under each other, in order of the seeds."""
    joined = {}
    for table in TABLES:
        frames = [piece[table] for piece in pieces if table in piece]
        if frames:
            filled = [frame for frame in frames if len(frame)] or frames[:1]
            joined[table] = pd.concat(filled, ignore_index=True).sort_values(
                "seed", kind="stable", ignore_index=True)
    return joined


def _grid(names: Sequence[str], *levels: Sequence[Any]) -> dict[str, np.ndarray]:
    """Key columns for every combination of the levels, the last one running fastest."""
    index = np.indices([len(level) for level in levels]).reshape(len(levels), -1)
    return {name: np.array(level)[place] for name, level, place in zip(names, levels, index)}


def _outcomes(name: str, places: Sequence[str], record: Record) -> pd.DataFrame:
    months = next(iter(record.outcomes.values())).shape[1]
    keys = _grid(("seed", "month", "district"), record.seeds, range(months), places)
    values = {column: array.ravel() for column, array in record.outcomes.items()}
    return pd.DataFrame({"scenario": name, **keys, **values})


def _companions(record: Record) -> pd.DataFrame:
    months = next(iter(record.companions.values())).shape[1]
    keys = _grid(("seed", "month"), record.seeds, range(months))
    return pd.DataFrame(keys | {name: array.ravel() for name, array in record.companions.items()})


def _distribution(record: Record, world: str) -> pd.DataFrame:
    who = [ending.lstrip("_") or "all" for ending in WHO]
    bins = range(len(BIN_EDGES) - 1)
    keys = _grid(("seed", "month", "who", "bin"), record.seeds, record.moments, who, bins)
    place = keys.pop("bin")
    frame = pd.DataFrame(keys | {"low": BIN_EDGES[place], "high": BIN_EDGES[place + 1],
                                 "persons": record.distribution.ravel()})
    frame.insert(0, "world", world)
    return frame


def _lives(record: Record) -> pd.DataFrame:
    count = next(iter(record.lives.values())).shape[1]
    keys = _grid(("seed", "group"), record.seeds, range(count))
    return pd.DataFrame(keys | {name: array.ravel() for name, array in record.lives.items()})


def _ledger(districts: Sequence[str], record: Record) -> pd.DataFrame:
    """One row a (seed, month, item, payer, district) with money in it."""
    lines = [(flow.month, flow.item, flow.kind, flow.payer, district, amounts)
             for flow in record.flows
             for district, amounts in zip(districts if flow.kind == "cost" else ["all"],
                                          np.atleast_2d(flow.amounts.T))]
    *keys, amounts = zip(*lines)
    amounts = np.stack(amounts, axis=1)                 # (replicates, lines)
    replicate, line = np.nonzero(amounts)
    names = ("month", "item", "kind", "payer", "district")
    return pd.DataFrame({"seed": np.array(record.seeds)[replicate],
                         **{name: np.array(key)[line] for name, key in zip(names, keys)},
                         "amount": amounts[replicate, line]})
