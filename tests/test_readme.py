"""The README's Python is run as it stands, and what it says of the tree is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_of_the_readme_runs_in_order():
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 3
    script = "\n".join(blocks) + "\nprint('all', MarketStall().name)\n"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("all market_stall\n")


def test_tree_of_the_readme_names_every_module_once():
    tree = README.split("## What is where")[1].split("```")[1]
    for path in sorted((ROOT / "kubesim").iterdir()):
        if path.name.startswith(("__", ".")):
            continue
        name = path.name + "/" if path.is_dir() else path.name
        assert len(re.findall(rf"(?<![\w/]){re.escape(name)}(?![\w/])", tree)) == 1, name


def test_links_of_the_readme_lead_somewhere():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
