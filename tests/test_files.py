"""Files appear whole or not at all: a process is killed at every step of writing a set."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kubesim import files
from kubesim.errors import ScenarioError

WRITER = """
import os, sys
from pathlib import Path
from kubesim import files

folder, text, last_step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
steps = 0

def killed_at_last(act):
    def step(*args, **kwargs):
        global steps
        steps += 1
        if steps == last_step:
            os.kill(os.getpid(), 9)
        return act(*args, **kwargs)
    return step

os.replace, os.fsync, Path.unlink = map(killed_at_last, (os.replace, os.fsync, Path.unlink))
names = ("a.txt", "b.txt") if text == "old" else ("a.txt", "c.txt")
with files.claim(folder):
    files.publish(folder, {name: lambda path: path.write_text(text) for name in names}, {"set": text})
print(steps)
"""


def write(folder: Path, text: str, last_step: int = 0) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", WRITER, str(folder), text, str(last_step)],
                          capture_output=True, text=True)


def whole_set(folder: Path) -> str:
    """Which set the folder holds, each of its files being whole and as its manifest says."""
    files.settle(folder)
    manifest = json.loads((folder / files.MANIFEST).read_text())
    for name, sha256 in manifest["files"].items():
        assert files.sha256(folder / name) == sha256
        assert (folder / name).read_text() == manifest["set"]
    return manifest["set"]


def test_a_kill_at_any_step_leaves_the_old_or_the_new_set(tmp_path):
    steps = int(write(tmp_path / "none", "new").stdout)
    assert steps >= 6
    found = []
    for step in range(1, steps + 1):
        folder = tmp_path / str(step)
        write(folder, "old")
        assert write(folder, "new", last_step=step).returncode == -9
        found.append(whole_set(folder))
        write(folder, "new")
        assert whole_set(folder) == "new"
        assert sorted(path.name for path in folder.iterdir()) == [".lock", "a.txt", "c.txt", "run.json"]
    assert found[0] == "old" and found[-1] == "new" and found == sorted(found, reverse=True)


def test_a_writer_that_fails_leaves_the_old_set_and_nothing_else(tmp_path):
    write(tmp_path, "old")

    def disk_full(path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError), files.claim(tmp_path):
        files.publish(tmp_path, {"a.txt": disk_full}, {"set": "new"})
    assert whole_set(tmp_path) == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "a.txt", "b.txt", "run.json"]


def test_a_folder_is_written_by_one_process_at_a_time(tmp_path):
    with files.claim(tmp_path):
        second = write(tmp_path, "new")
    assert "another kubesim is writing" in second.stderr
    assert not (tmp_path / files.MANIFEST).exists()


def test_a_claimed_folder_that_stays_empty_is_removed(tmp_path):
    with files.claim(tmp_path / "results" / "run"):
        pass
    assert not (tmp_path / "results" / "run").exists()


@pytest.mark.parametrize("name", ["../gone.txt", "/gone.txt", "..\\gone.txt", ""])
def test_a_manifest_cannot_name_files_outside_its_folder(tmp_path, name):
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "gone.txt").write_text("mine")
    (folder / files.MANIFEST).write_text(json.dumps({"files": {name: "0"}}))
    with pytest.raises(ScenarioError, match="damaged"), files.claim(folder):
        files.publish(folder, {}, {})
    assert (tmp_path / "gone.txt").exists()
