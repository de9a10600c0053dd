"""write_report: the report of a comparison, or another page, written whole or not at all."""

from __future__ import annotations

import os
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

import matplotlib
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

from kubesim import __version__, files
from kubesim.comparing import display
from kubesim.language import language, say
from kubesim.running.manifest import seal
from kubesim.plots import ABOUT, FOLDER, RESOLUTION
from kubesim.plots.style import settle
from kubesim.report.blocks import Picture, Section
from kubesim.report.sections import sections

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

REPORT = "report.html"
KINDS = ("svg", "png")
PLAIN_TEXT = {"text.parse_math": False}
"""A name with two dollar signs is a name, not a formula."""


class Cover(NamedTuple):
    """What stands above the sections of a page."""

    kind: str
    title: str
    about: str
    skip: str                   # the first link, for those who do not want the contents read out


def write_report(comparison: "Comparison", folder: str | Path, *, figures: bool = True) -> Path:
    """Write the report of a comparison into its results folder; see ``write_page``."""
    with matplotlib.rc_context(PLAIN_TEXT):
        made = sections(comparison)
    cover = Cover(say("Comparison of programme designs for joint business groups (KUBE)"),
                  display.title(comparison), comparison.scenarios[comparison.baseline].about,
                  say("Skip to the verdicts"))
    return write_page(cover, made, folder, figures=figures)


def write_page(cover: Cover, made: Sequence[Section], folder: str | Path, *, figures: bool = True,
               name: str = REPORT) -> Path:
    """Write a page, and its pictures as PNG and SVG into ``figures``, into a results folder.

    All is made before anything is replaced, and each file is replaced in one step. Pictures of an
    earlier report that this one does not have are removed. The folder's run.json lists the files
    afterwards. Without ``figures`` the pictures are in the report only.
    """
    folder = Path(folder)
    with matplotlib.rc_context(PLAIN_TEXT):
        drawn = {picture.name: _drawn(picture, KINDS if figures else KINDS[:1]) for picture in pictures(made)}
    text = page(cover, made, {name: kinds["svg"] for name, kinds in drawn.items()})
    with files.claim(folder):
        _write_figures(folder / FOLDER, drawn if figures else {})
        files.write_whole(folder / name, text)
        if (folder / files.MANIFEST).exists():
            seal(folder)
    return folder / name


def pictures(made: Sequence[Section]) -> list[Picture]:
    """Every picture of a report, in order."""
    return [block for section in made for block in section.blocks if isinstance(block, Picture)]


def page(cover: Cover, made: Sequence[Section], drawn: Mapping[str, bytes]) -> str:
    """The page as HTML, its pictures (SVG by name) inside it."""
    environment = Environment(loader=PackageLoader("kubesim.report"), autoescape=True,
                              undefined=StrictUndefined, trim_blocks=True)
    sources = {name: f"data:image/svg+xml;base64,{b64encode(svg).decode()}" for name, svg in drawn.items()}
    return environment.get_template("page.html").render(
        lang=language(), version=__version__, title=cover.title, sections=made, sources=sources,
        about=cover.about, width=_pixels(0), height=_pixels(1),
        words={"kind": cover.kind, "skip": cover.skip, "contents": say("Contents"), "table": say("Numbers"),
               "footer": say("Made with kubesim {version}", version=__version__)})


def _pixels(side: int):
    """The width (0) or height (1) of a picture in CSS pixels."""
    return lambda picture: round(96 * picture.figure.get_size_inches()[side])


def _drawn(picture: Picture, kinds: Sequence[str]) -> dict[str, bytes]:
    """A picture's files by kind, the same bytes each time."""
    figure = picture.figure
    settle(figure)
    figure.dpi = RESOLUTION
    write = {"svg": FigureCanvasSVG(figure).print_svg, "png": FigureCanvasAgg(figure).print_png}
    made = {}
    for kind in kinds:                      # not savefig, which draws everything twice
        titled, described, left_out = ABOUT[kind]
        kept = BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": picture.name}):
            write[kind](kept, metadata={titled: picture.title, described: picture.alt, left_out: None})
        made[kind] = kept.getvalue()
    return made


def _write_figures(place: Path, drawn: Mapping[str, Mapping[str, bytes]]) -> None:
    """Put the pictures in the place of earlier ones."""
    contents = {f"{name}.{kind}": held for name, kinds in drawn.items() for kind, held in kinds.items()}
    stale = [path for path in place.glob("*") if path.suffix.strip(".") in KINDS and path.name not in contents]
    if contents:
        place.mkdir(parents=True, exist_ok=True)
    try:
        for name, held in contents.items():
            (place / (files.PARTIAL + name)).write_bytes(held)
        for name in contents:
            os.replace(place / (files.PARTIAL + name), place / name)
    finally:
        for draft in place.glob(files.PARTIAL + "*"):
            draft.unlink()
    for path in stale:
        path.unlink(missing_ok=True)
