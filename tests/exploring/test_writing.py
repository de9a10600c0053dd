"""What is found is written whole or not at all, and nobody else's files are touched."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from kubesim.exploring.writing import Chart, write_found
from kubesim.plots.style import Layout, new_figure

TABLE = pd.DataFrame({"path": ["a"], "value": [1.0]})


def drawn() -> Figure:
    figure = new_figure(Layout("Title", "", ""))
    figure.subplots()
    return figure


def broken() -> Figure:
    raise OSError("no room")


def test_a_picture_that_breaks_leaves_all_as_it_was(tmp_path):
    write_found(tmp_path, "explore", {"found": TABLE}, {"found.md": "old"}, [Chart("one", "", drawn, TABLE, "")])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(OSError, match="no room"):
        write_found(tmp_path, "explore", {"found": TABLE.assign(value=2.0)}, {"found.md": "new"},
                    [Chart("one", "", broken, TABLE, "")])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_pictures_that_are_not_made_any_more_go_and_those_of_others_stay(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "sensitivity-1.png").write_bytes(b"other")
    write_found(tmp_path, "explore", {}, {}, [Chart("old", "", drawn, TABLE, "")])
    write_found(tmp_path, "explore", {}, {}, [Chart("new", "", drawn, TABLE, "")])
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        "sensitivity-1.png", "explore-new.png", "explore-new.csv"}


def test_the_same_picture_has_the_same_bytes_and_carries_its_sentence(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_found(tmp_path / folder, "explore", {}, {}, [Chart("one", "Title", drawn, TABLE, "A sentence.")])
    first, second = ((tmp_path / folder / "figures" / "explore-one.png").read_bytes() for folder in ("a", "b"))
    assert first == second and b"A sentence." in first
