"""A map of tiles: one tile a district, where the scenario puts it, by province, or in the file's order."""

from __future__ import annotations

from typing import Callable, Mapping, NamedTuple, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.patches import Rectangle

from kubesim.language import say
from kubesim.people.places import KOTA, name_of
from kubesim.plots.formats import PLAIN, Unit
from kubesim.plots.provinces import PROVINCES, Province
from kubesim.plots.style import FAINT, GREY, INK, SMALL, TEXT, WIDE, Ticks, wrap_to
from kubesim.population import District

MOST_NAMED = 40                 # tiles with names and values; more would be too small to read
LESS, MORE = "YlGnBu", "BrBG"
"""A sequential and a diverging scale that colour-blind readers can read (Brewer 2003, ColorBrewer)."""
WIDEST, WIDEST_OF_MANY, TALLEST = 1.75, 0.36, 8.0       # inches: of a tile, of a tile of many, of the map
FIRST_SPARE_ROW = 28            # of districts of no province known, under Sumatra


class Tile(NamedTuple):
    """Where a district's tile lies."""

    district: str
    column: float
    row: float


class Label(NamedTuple):
    """What stands above a block of tiles."""

    words: str
    column: float
    row: float


class Layout(NamedTuple):
    """All tiles, and the names of provinces where there are several."""

    tiles: Sequence[Tile]
    labels: Sequence[Label] = ()

    @property
    def named(self) -> bool:
        """Whether tiles are few enough to write into."""
        return len(self.tiles) <= MOST_NAMED

    @property
    def extent(self) -> tuple[float, float]:
        """Columns and rows from the first used to the last."""
        places = np.array([place[1:] for place in (*self.tiles, *self.labels)])
        return tuple(places.max(axis=0) - places.min(axis=0) + 1)


class Scale(NamedTuple):
    """How values become colours; ``unit`` writes them beside the bar."""

    colours: Colormap
    low: float
    high: float
    unit: Unit

    @classmethod
    def of_levels(cls, values: Sequence[float], unit: Unit) -> "Scale":
        """From the lowest to the highest, the darker the more."""
        low, high = np.nanmin(values), np.nanmax(values)
        spare = 0.5 * (abs(high) or 1) if high - low < 1e-12 else 0.0
        darker = ListedColormap(colormaps[LESS](np.linspace(0.08, 1, 256)))      # the palest is paper
        return cls(darker, low - spare, high + spare, unit)

    @classmethod
    def of_changes(cls, values: Sequence[float], unit: Unit, less_is_better: bool) -> "Scale":
        """Nothing in the middle, green what is better, brown what is worse."""
        most = np.nanmax(np.abs(values)) or 1.0
        return cls(colormaps[MORE + "_r" if less_is_better else MORE], -most, most, unit)

    def colour(self, value: float) -> tuple[float, ...]:
        """The colour of a value."""
        return self.colours((value - self.low) / (self.high - self.low))


# -- where tiles lie -----------------------------------------------------------------------------
def lay_out(districts: Sequence[District]) -> Layout:
    """Where the scenario puts each tile; without that by province, where there are many and most names
    are known as Indonesian districts of several provinces; else in the file's order, line by line."""
    placed = [Tile(d.name, *map(float, d.tile)) for d in districts if d.tile]
    others = [d.name for d in districts if not d.tile]
    if not others:
        return Layout(placed)
    automatic = (_by_province(others) if len(others) > MOST_NAMED else None) or Layout(_in_lines(others))
    below = 1 + max((tile.row for tile in placed), default=-1.0)
    return Layout([*placed, *(tile._replace(row=tile.row + below) for tile in automatic.tiles)],
                  [label._replace(row=label.row + below) for label in automatic.labels])


def _in_lines(names: Sequence[str]) -> list[Tile]:
    wide = int(np.ceil(np.sqrt(1.2 * len(names))))
    return [Tile(name, float(i % wide), float(i // wide)) for i, name in enumerate(names)]


def plain(name: str) -> str:
    """A district's name as it is compared, whatever its spelling: 'kota ' before a city's letters alone."""
    found = name_of(name)
    return ("kota " if found.kind == KOTA else "") + found.key


def _by_province(names: Sequence[str]) -> Layout | None:
    """Blocks of provinces as on a map; None where half of the names are unknown or all of one province."""
    known = {plain(name): province for province in PROVINCES for name in province.districts}
    of = [known.get(plain(name)) for name in names]
    found = {province.name for province in of if province}
    if len(found) < 2 or sum(map(bool, of)) < len(names) / 2:
        return None
    tiles, labels = [], []
    for province in PROVINCES:
        own = [name for name, its in zip(names, of) if its == province]
        tiles += _block(own, province)
        labels += [Label(province.short, province.column, province.row)] * bool(own)
    unknown = [name for name, its in zip(names, of) if its is None]
    tiles += _block(unknown, Province("", "", 0, FIRST_SPARE_ROW, 8, ()))
    return Layout(tiles, labels)


def _block(names: Sequence[str], province: Province) -> list[Tile]:
    ordered = {plain(name): i for i, name in enumerate(province.districts)}
    ranked = sorted(names, key=lambda name: ordered.get(plain(name), len(ordered)))
    return [Tile(name, province.column + i % province.wide, province.row + 1 + i // province.wide)
            for i, name in enumerate(ranked)]


# -- drawing -------------------------------------------------------------------------------------
def size_of(layout: Layout, words: float = 2.3) -> tuple[float, float]:
    """Inches of a figure with a map of the usual width; ``words`` is what header, bar and note take."""
    return WIDE[0], words + max(layout.extent[1] * _inches(layout) * _height(layout), 1.2)


def _inches(layout: Layout) -> float:
    """How wide a tile is."""
    wide, tall = layout.extent
    widest = WIDEST if layout.named else WIDEST_OF_MANY
    return min((WIDE[0] - 0.4) / wide, TALLEST / (tall * _height(layout)), widest)


def _height(layout: Layout) -> float:
    """Of a tile of width 1: tiles with words in them are lower than wide."""
    return 0.6 if layout.named else 1.0


def draw_map(axes: Axes, layout: Layout, values: Mapping[str, float], scale: Scale,
             write: Callable[[str], str], sure: Sequence[str] = ()) -> None:
    """Tiles in the colours of their values with a bar that explains them; ``write`` gives what stands
    in a district's tile under its name, ``sure`` names those with a border."""
    height, (wide, tall) = _height(layout), layout.extent
    left, top = (min(place[i] for place in (*layout.tiles, *layout.labels)) for i in (1, 2))
    for tile in layout.tiles:
        x, y = tile.column - left, (tile.row - top) * height
        value = values.get(tile.district, np.nan)
        known = np.isfinite(value)
        face = scale.colour(value) if known else "white"
        edge = INK if tile.district in sure else FAINT if known else GREY
        axes.add_patch(Rectangle((x + 0.04, y + 0.04 * height), 0.92, 0.92 * height, facecolor=face,
                                 edgecolor=edge, linewidth=1.6 if tile.district in sure else 0.5,
                                 hatch="" if known else "////"))
        if layout.named:
            _write_into(axes, tile.district, write(tile.district) if known else "", (x, y),
                        face if known else None, _inches(layout))
    for label in layout.labels:
        axes.text(label.column - left + 0.04, (label.row - top + 0.85) * height, label.words,
                  fontsize=float(np.clip(48 * _inches(layout), 6.5, SMALL)), color=INK, va="bottom")
    axes.set(xlim=(0, wide), ylim=(tall * height, 0), aspect="equal", anchor="N")
    axes.set_axis_off()
    _explain(axes, scale)


def _write_into(axes: Axes, name: str, said: str, corner: tuple[float, float],
                face: Sequence[float] | None, inches: float) -> None:
    """A district's name and value, dark on light colours and light on dark ones."""
    size = float(np.clip(6.6 * inches, 5.5, SMALL))
    ink = "white" if face is not None and np.dot(face[:3], (0.299, 0.587, 0.114)) < 0.5 else INK
    lines = wrap_to(name, inches + 0.22, size)[:3]
    x, y = corner[0] + 0.5, corner[1] + 0.3
    axes.text(x, y - 0.02, "\n".join(lines), fontsize=size, color=ink, ha="center", va="bottom",
              linespacing=1.05)
    axes.text(x, y + 0.03, said, fontsize=min(size + 1.5, TEXT), color=ink, ha="center", va="top",
              weight="bold")


def _explain(axes: Axes, scale: Scale) -> None:
    """The bar of colours with its values; the unit, whose words may be long, stands once under them."""
    bar = axes.figure.colorbar(ScalarMappable(Normalize(scale.low, scale.high), scale.colours), ax=axes,
                               orientation="horizontal", shrink=0.42, aspect=32, pad=0.02,
                               format=Ticks(scale.unit._replace(value=PLAIN)))
    bar.ax.locator_params(nbins=5)
    bar.set_label(" ".join(say(scale.unit.value, number="").split()), fontsize=SMALL, color=INK)
    bar.ax.tick_params(labelsize=SMALL, color=FAINT, labelcolor=INK)
    bar.outline.set_visible(False)
