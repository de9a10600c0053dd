"""``kubesim serve`` before it serves: what it refuses, and what it offers."""

from __future__ import annotations

import importlib.util
import socket

import pytest

from kubesim.cli import main
from kubesim.scenario import Scenario
from kubesim.web.server import is_loopback
from kubesim.web.shelf import read_shelf


def test_without_the_libraries_of_the_page_one_line_names_the_extra(monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr("kubesim.web.server.find_spec", lambda name: None if name == "solara" else found(name))
    assert main(["serve"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and "pip install 'kubesim[web]'" in told[0]


@pytest.mark.parametrize("words, told", [
    (["serve", "no/such/folder"], "no/such/folder"), (["serve", "--port", "70000"], "--port 70000"),
    (["serve", "--host", "no such host", "--no-browser"], "choose another")])
def test_what_cannot_be_served_is_told_in_one_line(words, told, capsys):
    pytest.importorskip("solara")
    assert main(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and told in lines[0]


def test_a_port_that_is_taken_is_told(capsys):
    pytest.importorskip("solara")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--no-browser", "--port", str(port)]) == 2
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("host, own", [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
                                       ("0.0.0.0", False), ("192.168.1.5", False), ("class.example", False)])
def test_only_this_computer_reaches_a_loopback_address(host, own):
    assert is_loopback(host) == own


def test_the_shelf_holds_a_folder_a_file_or_the_built_in_city(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(read_shelf(None)) == ["default"]
    (tmp_path / "scenarios").mkdir()
    for name in ("zebra", "banjarmasin", "ape"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(Scenario(name=name).to_yaml())
    assert list(read_shelf(None)) == ["banjarmasin", "ape", "zebra"]
    assert list(read_shelf("scenarios/ape.yaml")) == ["ape"]


def test_every_fault_of_every_file_is_told(tmp_path, capsys):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("months: -1\ncolour: red\n")
    pytest.importorskip("solara")
    assert main(["serve", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 4
