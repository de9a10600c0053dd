"""Figures: the numbers in them, what they do when there is little to show, and how they are written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from scipy.stats import CensoredData, ecdf

from kubesim.errors import ScenarioError
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.plots import PLOTS, groups, money, paths, plots_of, poverty, write_figures
from kubesim.plots.formats import INDEX, PERCENT_GAIN, SHARE, number, percent, rupiah
from kubesim.plots.style import spread_out
from kubesim.population import District, GroupPlan, Population
from kubesim.running.results import Results
from kubesim.running.simulation import run
from kubesim.scenario import Scenario
from kubesim.running.tables import PROGRAMME, TWIN

NONE = Scenario(
    name="No programme", months=14, population=Population(households=240),
    groups=GroupPlan(size=5, formed=False),
    districts=(District(name="North", share=0.5), District(name="South", share=0.3),
               District(name="East", share=0.2)))
FULL = NONE.with_(
    name="Programme", groups=GroupPlan(size=5, start_spread=3),
    interventions=(UepGrant(), Diklat(), Companionship(months=6, local_continuation=0.5, centre_pays=0.8)))
DOOMED = FULL.with_(groups=GroupPlan(size=5, extra_trust=-1.0))
PLOT = {plot.name: plot for plot in PLOTS}


@pytest.fixture(scope="module")
def programme() -> Results:
    """Three replicates of 24 groups that start in months 1 to 3 and get everything, with their twins."""
    return run(FULL, 3)


@pytest.fixture(scope="module")
def drawn(programme) -> dict[str, tuple[pd.DataFrame, Figure]]:
    """Every figure of those replicates with its table; the scenario has a long name."""
    long = replace(programme, scenario=FULL.with_(name="A name that goes on and on " * 6))
    tables = {plot: plot.data(long) for plot in PLOTS}
    return {plot.name: (table, plot.draw(long, table)) for plot, table in tables.items()}


# -- statistics --------------------------------------------------------------------------------
def test_statistics_over_replicates_by_hand():
    """t(0.975, 2) = 4.3027; a replicate without a value does not count; one alone has no interval."""
    table = paths.summarise(pd.DataFrame([[1, 2, 6], [5, np.nan, np.nan], [np.nan] * 3]))
    half = 4.30265 * np.sqrt(7) / np.sqrt(3)
    assert table["mean"].tolist() == pytest.approx([3, 5, np.nan], nan_ok=True)
    assert (table.loc[0, "low"], table.loc[0, "high"]) == pytest.approx((3 - half, 3 + half), rel=1e-5)
    assert (table.loc[0, "p05"], table.loc[0, "p95"]) == pytest.approx((1.1, 5.6))
    assert table.loc[1:, ["low", "high", "p05", "p95"]].isna().all(axis=None)
    assert table["replicates"].tolist() == [3, 1, 0]


def test_the_effect_is_the_mean_of_differences_within_seeds(programme):
    """Seeds differ more than twins do, so the interval of the effect is narrower than those of its parts."""
    table = paths.over_time(programme, ["consumption_members"])
    last = {series: paths.rows_of(table, "consumption_members", series).iloc[-1]
            for series in (PROGRAMME, TWIN, paths.EFFECT)}
    assert last[paths.EFFECT]["mean"] == pytest.approx(last[PROGRAMME]["mean"] - last[TWIN]["mean"])
    widths = {series: row["high"] - row["low"] for series, row in last.items()}
    assert widths[paths.EFFECT] < min(widths[PROGRAMME], widths[TWIN])


# -- survival ----------------------------------------------------------------------------------
def lives(*rows: tuple[int, int, str]) -> pd.DataFrame:
    """Groups as (formed, ended, cause)."""
    return pd.DataFrame(rows, columns=["formed", "ended", "cause"])


def test_survival_by_hand():
    """Of four groups one ends at age 2 while all are watched, one is watched to age 2 only, and of the
    two left one ends at age 4: alive 3/4, then 3/4 x 1/2."""
    seen = lives((1, 3, "trust"), (4, -1, "none"), (1, 5, "capital"), (1, -1, "none"))
    curve = groups.survival(seen, last=6)
    assert curve["alive"].tolist() == pytest.approx([1, 1, 3 / 4, 3 / 4, 3 / 8, 3 / 8])
    assert curve["trust"].iloc[-1] == pytest.approx(1 / 4)
    assert curve["capital"].iloc[-1] == pytest.approx(3 / 8)
    assert curve["groups watched"].tolist() == [4, 4, 4, 2, 2, 1]


def random_lives(count: int) -> pd.DataFrame:
    """Groups that start in months 1 to 30 and end by chance for three causes, seen until month 48."""
    rng = np.random.default_rng(5)
    formed = rng.integers(1, 31, count)
    ended = formed + rng.geometric(0.04, count)
    seen = ended <= 48
    cause = np.where(seen, rng.choice(["trust", "capital", "members"], count), "none")
    return pd.DataFrame({"formed": formed, "ended": np.where(seen, ended, -1), "cause": cause})


def test_survival_and_its_interval_are_those_of_scipy():
    groups_seen = random_lives(200)
    curve = groups.survival(groups_seen, last=48)
    ended = groups_seen["ended"] >= 0
    ages = np.where(ended, groups_seen["ended"], 48) - groups_seen["formed"]
    known = ecdf(CensoredData.right_censored(ages, ~ended)).sf
    assert curve["alive"].to_numpy() == pytest.approx(known.evaluate(curve.index.to_numpy()))
    interval = known.confidence_interval(method="log-log")
    ours, inside = groups.greenwood(curve), (curve["alive"] < 1).to_numpy()
    for side, theirs in (("low", interval.low), ("high", interval.high)):
        assert ours[side][inside] == pytest.approx(theirs.evaluate(curve.index[inside]), abs=1e-4)


def test_groups_are_alive_or_broken_up_for_one_cause():
    curve = groups.survival(random_lives(200), last=48)
    assert curve[["alive", *groups.CAUSES]].sum(axis=1).to_numpy() == pytest.approx(1)


def test_ages_that_nobody_can_know_are_left_out():
    """The group formed in month 1 ends at age 1; the other is watched to age 2 only and lives on."""
    curve = groups.survival(lives((1, 2, "trust"), (8, -1, "none")), last=10)
    assert curve["alive"].isna().tolist() == [False] * 3 + [True] * 7


# -- tables ------------------------------------------------------------------------------------
def test_cost_so_far_ends_at_what_the_ledger_says(programme):
    table = money.cost_table(programme)
    ledger = programme.ledger[programme.ledger["kind"] == "cost"]
    spent = ledger["amount"].sum() / 3
    final = table[table["month"] == 14].set_index("series")["mean"]
    assert final[money.TOTAL] == pytest.approx(spent)
    assert final.drop(money.TOTAL).sum() == pytest.approx(spent)
    by_local = table[(table["month"] == 14) & (table["payer"] == "local")]["mean"].sum()
    assert by_local == pytest.approx(ledger[ledger["payer"] == "local"]["amount"].sum() / 3) and by_local > 0


def test_what_joint_businesses_leave_is_what_comes_in_less_what_goes_out(programme):
    table = money.money_table(programme)
    flows = table[table["panel"] == money.JOINT].groupby("kind")["mean"].sum()
    assert flows[money.LEFT] == pytest.approx(flows["inflow"] - flows["outflow"])
    grants = table[(table["panel"] == money.JOINT) & (table["series"] == "grants")]["mean"].item()
    assert grants == pytest.approx(5 * 2_000_000)           # five members, Rp 2 million each


def test_classes_of_consumption_hold_everybody_at_start_middle_and_end(programme):
    table = poverty.spread_table(programme)
    sums = table[table["panel"] == poverty.CLASSES].groupby(["series", "month"])["mean"].sum()
    assert sums.to_numpy() == pytest.approx(1)
    assert [month for _, month in sums.index] == [0, 7, 14] * 2


def test_stages_and_causes_share_out_the_groups(programme):
    table = groups.stages_table(programme)
    assert table.groupby("month")["mean"].sum().to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("name", ["gains", "welfare", "poverty", "survival", "learning", "companions"])
def test_every_line_is_drawn_from_the_table(drawn, name):
    """A line's heights are means of one series of the table, month for month."""
    table, figure = drawn[name]
    series = {tuple(rows["mean"].round(9)) for _, rows in table.groupby(["panel", "series"])}
    lines = [tuple(np.round(line.get_ydata(), 9)) for axes in figure.axes for line in axes.lines
             if line.get_transform() == axes.transData and len(line.get_ydata()) > 2]
    assert len(lines) >= 2
    assert set(lines) <= series


# -- little to show ----------------------------------------------------------------------------
CASES = [
    pytest.param(NONE, {}, {"gains", "survival", "stages", "learning", "companions", "effect_map"},
                 id="no programme"),
    pytest.param(FULL, {"seeds": 1}, set(), id="one replicate", marks=pytest.mark.slow),
    pytest.param(FULL, {"months": 1}, {"survival", "stages"}, id="one month"),
    pytest.param(DOOMED, {}, set(), id="every group dead", marks=pytest.mark.slow),
    pytest.param(FULL, {"outcomes": ["poverty_rate"]},
                 {"gains", "welfare", "stages", "learning", "companions", "effect_map"}, id="one outcome"),
    pytest.param(FULL.with_({"districts.North.margins.poverty_rate": 0.1}), {"months": 3}, set(),
                 id="published figures", marks=pytest.mark.slow),
    pytest.param(FULL.with_(interventions=(UepGrant(),)), {}, {"companions"}, id="groups without companions",
                 marks=pytest.mark.slow),
    pytest.param(NONE.with_(interventions=(Diklat(),)), {}, {"survival", "stages", "companions"},
                 id="training without groups", marks=pytest.mark.slow),
    pytest.param(FULL, {"months": 360}, set(), id="thirty years", marks=pytest.mark.slow),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("scenario", "how", "left_out"), CASES)
def test_whatever_there_is_is_drawn_and_told(scenario, how, left_out):
    results = run(scenario, **{"seeds": 2, **how})
    tables = {plot: plot.data(results) for plot in PLOTS}
    unknown = set() if any(district.margins.given for district in scenario.districts) else {"start"}
    assert {plot.name for plot, table in tables.items() if not len(table)} == left_out | unknown
    for plot, table in tables.items():
        if len(table):
            assert plot.draw(results, table).axes
            told = plot.tell(results, table)
            assert told.endswith(".") and "nan" not in told and "\u2013" not in told


@pytest.mark.filterwarnings("error")
def test_outcomes_that_are_missing_everywhere_are_left_out(programme):
    blank = replace(programme, outcomes=programme.outcomes.assign(
        food_members=np.nan, visits=np.nan, income_members=np.nan))
    titles = {name: {axes.get_title(loc="left") for axes in PLOT[name].figure(blank).axes}
              for name in ("welfare", "companions", "gains")}
    assert "Food (pangan)" not in titles["welfare"] and "Health (kesehatan)" in titles["welfare"]
    assert titles["companions"] == {"Quality of contact", "Groups per companion", "Companions at work"}
    assert titles["gains"] == {"Consumption added"}


# -- looks -------------------------------------------------------------------------------------
def texts(figure: Figure) -> list[Text]:
    """Every text that can be seen; of an axis the marks within its view."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            hidden |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()
            and text not in hidden]


@pytest.mark.parametrize("name", PLOT)
def test_no_text_is_cut_or_covered_by_another(drawn, name):
    figure = drawn[name][1]
    figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    width, height = figure.bbox.size
    assert [words for words, box in boxes
            if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height] == []
    touching = [(words, others) for place, (words, box) in enumerate(boxes) for others, other in boxes[:place]
                if min(box.x1, other.x1) - max(box.x0, other.x0) > 1
                and min(box.y1, other.y1) - max(box.y0, other.y0) > 3]
    assert touching == []


def test_labels_move_apart_and_stay_in_order_below_the_top():
    moved = spread_out([0.0, 0.5, 0.51, 0.99], [0.1] * 4)
    assert moved == pytest.approx([0.0, 0.5, 0.6, 0.95])
    assert spread_out([0.9, 0.95, 1.0], [0.2] * 3) == pytest.approx([0.5, 0.7, 0.9])


def test_numbers_as_they_are_written():
    assert number(-1234.56, 1) == "\u22121,234.6" and number(-0.001, 2) == "0.00"
    assert percent(0.12345, 1) == "12.3\u00a0%"
    assert [rupiah(amount).replace("\u00a0", " ") for amount in (950, 1_234, 2e6, 12.34e6, 250e9)] == [
        "Rp 950", "Rp 1.2 thousand", "Rp 2 million", "Rp 12.3 million", "Rp 250 billion"]
    assert SHARE.ticks(np.array([0, 0.025, 0.05])) == ["0.0\u00a0%", "2.5\u00a0%", "5.0\u00a0%"]
    assert SHARE.difference(-0.021, -0.026, -0.016) == "\u22122.1 points (\u22122.6 to \u22121.6)"
    assert PERCENT_GAIN.difference(0.66, 0.63, 0.69) == "+0.66\u00a0% (0.63 to 0.69)"
    assert INDEX.difference(0.0123, np.nan, np.nan) == "+0.012"


# -- files -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def few() -> Results:
    """Results with three figures."""
    return run(NONE, 2, months=1, outcomes=["visits"])


@pytest.mark.slow
def test_figures_are_the_same_each_time(few, tmp_path):
    kinds = ("png", "svg")
    first = {path: path.read_bytes() for path in write_figures(few, tmp_path, kinds)}
    named = [f"{name}.{kind}" for name in ("overview", "distribution", "money") for kind in kinds]
    assert [path.name for path in first] == named
    with Image.open(tmp_path / "figures" / "money.png") as image:
        assert image.size[0] > 1600 and image.text["Description"] == PLOT["money"].alt(few)
    assert {path: path.read_bytes() for path in write_figures(few, tmp_path, kinds)} == first


def test_a_kind_of_file_that_is_none_is_refused(few, tmp_path):
    with pytest.raises(ScenarioError, match="png, svg, pdf, not as gif"):
        write_figures(few, tmp_path, kinds=("png", "gif"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_figures_of_an_earlier_run_are_removed(few, tmp_path):
    figures = tmp_path / "figures"
    figures.mkdir()
    for name in ("survival.png", "survival.svg", "mine.png", ".partial.money.png"):
        (figures / name).touch()
    written = write_figures(few, tmp_path)
    assert set(figures.iterdir()) == {*written, figures / "survival.svg", figures / "mine.png"}


@pytest.mark.slow
def test_a_figure_that_fails_leaves_the_old_ones(tmp_path):
    old = tmp_path / "figures" / "overview.png"
    old.parent.mkdir()
    old.write_bytes(b"old")
    results = run(FULL, 2, months=4, outcomes=["visits"])
    broken = replace(results, lives=results.lives.drop(columns="cause"))        # the third figure needs it
    with pytest.raises(KeyError):
        write_figures(broken, tmp_path)
    assert list(old.parent.iterdir()) == [old] and old.read_bytes() == b"old"
