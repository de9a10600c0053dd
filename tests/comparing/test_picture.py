"""The figure of an effect: few variants in one panel, many in a panel each, bands as the verdicts have them."""

from __future__ import annotations

import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from kubesim.comparing import picture
from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario

BASE = Scenario(name="Base", months=4).with_({"population.households": 40, "groups.size": 5})


def against(count: int, seeds: int = 3) -> Comparison:
    """So many variants against the baseline."""
    variants = [BASE.with_({"groups.extra_trust": 0.02 * (place + 1)}, name=f"Variant {place + 1}")
                for place in range(count)]
    return compare(BASE, *variants, seeds=seeds, outcomes=["cooperation"], workers=1)


@pytest.fixture(scope="module")
def seven() -> Comparison:
    return against(7)




def rows_of(comparison: Comparison, label: str):
    effects = comparison.effects
    return effects[(effects["scenario"] == label) & (effects["group"] == "members")].sort_values("month")


def test_many_variants_get_a_panel_each_in_the_order_of_the_ranking(seven):
    figure = seven.plot("cooperation")
    level, *panels = [axes for axes in figure.axes if axes.axison]
    assert level.get_title("left") == "Base" and len(panels) == 7
    assert [axes.get_title("left") for axes in panels] == list(seven.ranking()["scenario"])
    for axes in panels:
        held = rows_of(seven, axes.get_title("left"))
        assert axes.lines[-1].get_ydata().tolist() == held["estimate"].tolist()
        assert axes.get_ylim() == panels[0].get_ylim()
    note = " ".join(figure.texts[-1].get_text().split())
    assert "pale lines are the other variants" in note and note.endswith("for all 7 variants at once.")


@pytest.mark.parametrize("count", [1, 3, 7])
def test_bands_are_those_of_the_verdicts(count, seven):
    comparison = seven if count == 7 else against(count)
    panels = comparison.plot("cooperation").axes[1:]
    for place, label in enumerate(comparison.ranking()["scenario"] if count == 7 else comparison.variants):
        held = rows_of(comparison, label)
        axes = panels[place] if count == 7 else panels[0]
        bands = [drawn.get_paths()[0].vertices[:, 1] for drawn in axes.collections]
        ends = {*held["low_together"], *held["high_together"]}
        assert any(ends <= set(vertices) for vertices in bands), label
        if count > 1:
            assert (held["high_together"] - held["low_together"]).max() > (held["high"] - held["low"]).max()


@pytest.mark.slow
def test_the_footnote_says_what_is_drawn():
    one, three, single = against(1), against(3), against(1, seeds=1)
    said = [" ".join(made.plot("cooperation").texts[-1].get_text().split()) for made in (one, three, single)]
    assert said[0].endswith("Bands are 95 % intervals of that mean, month by month.")
    assert said[1].endswith("that hold for all 3 variants at once.")
    assert said[2].endswith("There are no bands, as these pairs give no intervals.")
    assert len(three.plot("cooperation").axes) == 2
    paid = compare(BASE, BASE.with_(interventions=[UepGrant()], name="Paid"), seeds=2, outcomes=["cost"], workers=1)
    assert paid.plot("cost_so_far").texts[-1].get_text().endswith("as all pairs say the same.")


def test_variants_in_one_panel_have_looks_of_their_own():
    assert picture.MOST_TOGETHER <= len(picture.VARIANTS)
    colours = {to_hex(look.colour) for look in (picture.BASELINE, *picture.VARIANTS)}
    dashes = {str(look.dash) for look in picture.VARIANTS}
    assert len(colours) == len(picture.VARIANTS) + 1 and len(dashes) == len(picture.VARIANTS)
