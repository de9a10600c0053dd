"""Parts are written whole: what a crash, a full disk or a fault leaves behind is found and made good."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal
from small_studies import numbers

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.sweeping import Sweep


@pytest.fixture
def whole(tmp_path, study, swept) -> pd.DataFrame:
    """What an undisturbed sweep holds."""
    return numbers(swept(tmp_path / "whole", study()))


@pytest.fixture
def in_parts(tmp_path, study, swept) -> Path:
    """A finished sweep in three parts of four runs."""
    for _ in range(3):
        swept(tmp_path / "s", study(), limit=4)
    return tmp_path / "s"


def part(folder: Path, number: int) -> Path:
    """A part of the outcomes."""
    return folder / "outcomes" / f"part-{number:06d}.parquet"


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(path.read_bytes()[:-100]),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:200] + b"\xff" + path.read_bytes()[201:]),
])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_damaged_part_is_named_set_aside_and_its_runs_are_done_again(in_parts, study, swept, whole, spoil,
                                                                      indexed):
    spoil(part(in_parts, 2))
    if not indexed:
        (in_parts / "index.jsonl").unlink()
    told = []
    sweep = swept(in_parts, study(), note=told.append)
    assert "outcomes/part-000002.parquet: is damaged" in told[0]
    assert (in_parts / "damaged" / "part-000002.parquet.damaged").exists()
    assert_frame_equal(numbers(sweep), whole, check_exact=True)


def test_a_part_that_is_gone_is_named_and_its_runs_are_done_again(in_parts, study, swept, whole):
    part(in_parts, 1).unlink()
    told = []
    sweep = swept(in_parts, study(), note=told.append)
    assert "part-000001.parquet: is damaged or missing" in told[0] and "4 runs" in told[0]
    assert_frame_equal(numbers(sweep), whole, check_exact=True)


@pytest.mark.parametrize("index", [b"", b'{"part": "part-000001.parquet", "sha', b"\x00\xff\n[]\n3\n"])
def test_an_index_that_is_spoilt_is_written_anew_from_the_parts(in_parts, study, swept, whole, index):
    sound = (in_parts / "index.jsonl").read_bytes()
    (in_parts / "index.jsonl").write_bytes(index)
    told = []
    sweep = swept(in_parts, study(), note=told.append)
    assert (in_parts / "index.jsonl").read_bytes() == sound
    assert len(told) == 1 and "12 of 12" in told[0]
    assert_frame_equal(numbers(sweep), whole, check_exact=True)


def test_what_a_crash_leaves_is_removed(in_parts, study, swept, whole):
    (in_parts / "outcomes" / ".partial.part-000004.parquet").write_bytes(b"half")
    assert_frame_equal(numbers(swept(in_parts, study())), whole, check_exact=True)
    assert not list((in_parts / "outcomes").glob(".*"))


def test_households_without_their_outcomes_never_count_twice(tmp_path, study, swept):
    """A crash between the two files of a part leaves the households only."""
    for limit in (4, 8):
        sweep = swept(tmp_path / "s", study(keep="households"), limit=limit)
    before = sweep.households()
    part(sweep.folder, 2).unlink()
    (sweep.folder / "index.jsonl").unlink()
    again = swept(tmp_path / "s", study(keep="households")).households()
    order = ["run", "row"]
    assert_frame_equal(again.sort_values(order, ignore_index=True), before.sort_values(order, ignore_index=True),
                       check_exact=True)


def test_damaged_households_take_their_part_with_them(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(keep="households"))
    (sweep.folder / "households" / "part-000001.parquet").write_bytes(b"no")
    again = swept(tmp_path / "s", study(keep="households"))
    assert len(again.households()) == 12 * 60 and again.counts["done"] == 12


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_full_disk_stops_the_sweep_and_nothing_is_half_written(tmp_path, study, swept, whole, monkeypatch, after):
    """The disk takes so many files and then no more; later there is room again."""
    swept(tmp_path / "s", study(), limit=4)
    written, real = [], pq.write_table

    def full(table, path, **options):
        if len(written) >= after:
            Path(path).write_bytes(b"half a file")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        written.append(path)
        real(table, path, **options)

    with monkeypatch.context() as disk:
        disk.setattr(pq, "write_table", full)
        with pytest.raises(OSError, match="No space left"):
            swept(tmp_path / "s", study())
    assert not [path for path in (tmp_path / "s").rglob("*") if path.name.startswith((".partial", ".new"))]
    sweep = swept(tmp_path / "s", study())
    assert_frame_equal(numbers(sweep), whole, check_exact=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rules for who may write")
def test_a_folder_that_cannot_be_written_is_told_at_once(study, swept):
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o555)
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)           # root may write everywhere
        try:
            with pytest.raises(PermissionError):
                swept(Path(place) / "s", study())
        finally:
            os.seteuid(before)
            os.chmod(place, 0o755)


def test_two_sweeps_cannot_write_into_one_folder(in_parts, study, swept):
    with files.claim(in_parts):
        with pytest.raises(ScenarioError, match="another kubesim is writing into this folder"):
            swept(in_parts, study())


def test_others_read_the_parts_directly(in_parts, whole):
    together = pd.read_parquet(in_parts / "outcomes")
    assert_frame_equal(together.sort_values(["run", "month", "district"], ignore_index=True), whole)
    runs = pd.read_parquet(in_parts / "runs.parquet")
    assert len(together.merge(runs, on=["run", "scenario", "seed"])) == len(together)
    unit = pq.read_schema(part(in_parts, 1)).field("poverty_rate").metadata[b"unit"]
    assert unit


def test_a_folder_can_be_read_while_it_is_written(in_parts):
    """Parts count as soon as they stand there, whatever the tables say."""
    (in_parts / "runs.parquet").unlink()
    assert len(Sweep.open(in_parts).runs) == 12 and len(Sweep.open(in_parts).outcomes()) == 12
