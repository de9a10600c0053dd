"""Languages: every text has its translation, and what users read in Indonesian is Indonesian throughout."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from gettext import NullTranslations
from multiprocessing import get_context
from pathlib import Path
from string import Formatter
from typing import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from kubesim.cli import main
from kubesim.comparing.compare import compare
from kubesim.economics import amounts as economics
from kubesim.economics.appraisal import appraise
from kubesim.errors import ScenarioError
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import CATALOGUES, catalogue, figures, language, say, speaking, translated, use_language
from kubesim.plots import plots_of
from kubesim.plots.formats import number, percent, rupiah
from kubesim.population import District, GroupPlan, Population
from kubesim.scenario import Scenario
from kubesim.running.simulation import run
from kubesim.telling import amounts as stories
from kubesim.telling.explain import text as explained
from kubesim.telling.story import story

ROOT = Path(__file__).parents[1]
TEMPLATE = CATALOGUES / "kubesim.pot"
NONE = Scenario(
    name="Tanpa program", about="Uji coba", months=14, population=Population(households=240),
    groups=GroupPlan(size=5, formed=False), districts=(District(name="Utara"), ))
FULL = NONE.with_(name="Lengkap", groups=GroupPlan(size=5, start_spread=3),
                  interventions=(UepGrant(), Diklat(hours=60.0), Companionship(months=6)))


def read(path: Path) -> Catalog:
    with open(path, "rb") as written:
        return read_po(written, "id")


def ids(texts: Catalog) -> set[str]:
    return {text.id for text in texts if text.id}


INDONESIAN = [text for text in read(CATALOGUES / "id" / "LC_MESSAGES" / "kubesim.po") if text.id]


@pytest.fixture
def indonesian() -> Iterator[None]:
    with speaking("id"):
        yield


# -- the catalogue -----------------------------------------------------------------------------
def test_the_template_holds_every_text_of_the_code(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    CommandLineInterface().run(["pybabel", "-q", "extract", "-F", "kubesim/locale/babel.cfg", "-o",
                                str(tmp_path / "now.pot"), "."])
    now, held = ids(read(tmp_path / "now.pot")), ids(read(TEMPLATE))
    assert len(now) > 900
    assert now == held, f"collect again, as babel.cfg says: new {now - held}, gone {held - now}"


def test_every_text_has_its_translation():
    translations = {text.id: text.string for text in INDONESIAN}
    assert ids(read(TEMPLATE)) == set(translations), "bring the catalogue up to date, as babel.cfg says"
    assert [text for text, translation in translations.items() if not translation] == []


def test_no_translation_is_a_guess_of_the_computer():
    assert [text.id for text in INDONESIAN if text.fuzzy] == []


def parts(message: str) -> list[tuple[str | None, ...]]:
    """What a message is filled with, as (name, format, conversion)."""
    return sorted({part[1:] for part in Formatter().parse(message) if part[1] is not None})


def test_a_translation_is_filled_with_the_same_parts():
    differing = [text.id for text in INDONESIAN
                 if text.string and parts(text.id) != parts(text.string)]
    assert differing == []


def test_a_translation_begins_and_ends_with_the_same_blanks():
    def ends(words: str) -> tuple[int, int, int]:
        return len(words) - len(words.lstrip(" ")), len(words) - len(words.rstrip(" ")), words.count("%%")
    assert [text.id for text in INDONESIAN if text.string and ends(text.id) != ends(text.string)] == []


# -- the mechanism -----------------------------------------------------------------------------
def test_a_language_is_in_force_for_a_while(monkeypatch):
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    with speaking("id"):
        assert (language(), say("household"), say("{months} months", months=3)) == (
            "id", "rumah tangga", "3 bulan")
    assert (language(), say("household"), say("{months} months", months=3)) == ("en", "household", "3 months")


def test_an_unknown_language_is_refused(monkeypatch):
    with pytest.raises(ScenarioError, match="'fr': must be en or id"):
        use_language("fr")
    monkeypatch.setenv("KUBESIM_LANG", "fr")
    with pytest.raises(ScenarioError, match="KUBESIM_LANG = fr: must be en or id"):
        say("household")


def test_worker_processes_speak_the_same_language(indonesian):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        assert workers.submit(say, "household").result() == "rumah tangga"


@pytest.mark.parametrize("words", ["{} and {x}", "", "judged 50 % {"])
def test_a_users_own_words_are_left_alone(indonesian, words):
    assert translated(words) == words


def test_english_reads_no_catalogue():
    code = ("import sys; from kubesim.language import say, figures; say('{n:,}', n=1); figures('1.5'); "
            "import kubesim.cli; sys.exit('babel' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


# -- numbers -----------------------------------------------------------------------------------
@pytest.mark.parametrize("written, expected", [
    (lambda: figures("1,250,000.5"), "1.250.000,5"),
    (lambda: number(1_250_000), "1.250.000"),
    (lambda: number(-0.0125, 4), "\u22120,0125"),
    (lambda: number(2.5, 1, signed=True), "+2,5"),
    (lambda: percent(0.125, 1), "12,5 %"),
    (lambda: rupiah(1_300_000), "Rp 1,3 juta"),
    (lambda: rupiah(350e9), "Rp 350 miliar"),
    (lambda: rupiah(2e12), "Rp 2 triliun"),
    (lambda: stories.money(1_250_000), "Rp 1.250.000"),
    (lambda: stories.more(-41_000), "Rp 41.000 lebih sedikit"),
    (lambda: stories.percent(0.125, 1), "12,5 %"),
    (lambda: stories.span(18), "18 bulan"),
    (lambda: economics.Amounts.of(57.4e6, 48e6, 67e6).amount(57.4e6), "Rp 57 juta"),
    (lambda: economics.Amounts.of(5.25e6, 5.1e6, 5.4e6).between(5.1e6, 5.4e6), "5,1 hingga 5,4 juta"),
    (lambda: say("{percent:.0f} % of {total:,} months simulated, {left} left", percent=40, total=12_500,
                 left=say("{time:.1f} h", time=1.5)),
     "40 % dari 12.500 bulan telah disimulasikan, sisa waktu 1,5 jam"),
])
def test_numbers_and_money_are_written_the_indonesian_way(indonesian, written, expected):
    assert written().replace("\u00a0", " ") == expected


# -- what users read ---------------------------------------------------------------------------
class Missing(NullTranslations):
    """Asked for what the catalogue lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return message


@pytest.fixture
def missing(indonesian) -> Iterator[set[str]]:
    """Every text that is asked for in Indonesian and not in the catalogue."""
    catalogue.cache_clear()
    asked = Missing()
    catalogue("id").add_fallback(asked)
    yield asked.asked
    catalogue.cache_clear()


@pytest.fixture(scope="module")
def results():
    return run(FULL, 2, workers=1)


@pytest.fixture(scope="module")
def comparison():
    return compare(NONE, FULL, FULL.with_(name="Lain", interventions=(UepGrant(),)), seeds=range(1, 5),
                   workers=1)


def test_a_run_is_told_in_indonesian(results, missing):
    told = str(results)
    assert "Lengkap: 2 ulangan, benih acak 1 hingga 2, bulan 14" in told
    assert "indikator" in told and "selang 95 %" in told and "bagian orang" in told
    assert "<th>selisih</th>" in results._repr_html_()
    assert missing == set()


@pytest.mark.slow
def test_figures_speak_indonesian(results, missing):
    drawn = {plot.name: (plot.draw(results, plot.data(results)), plot.tell(results, plot.data(results)))
             for plot in plots_of(results)}
    assert len(drawn) >= 8
    words = {name: " ".join(text.get_text() for text in figure.findobj(match=lambda artist: hasattr(
        artist, "get_text"))) for name, (figure, _) in drawn.items()}
    assert "Tingkat kemiskinan (P0)" in words["poverty"]
    assert "bulan sejak awal" in words["poverty"].replace("\n", " ")
    assert drawn["poverty"][1].startswith("Garis tingkat, kedalaman, dan keparahan kemiskinan")
    assert missing == set()


def test_a_comparison_is_told_in_indonesian(comparison, missing):
    told = str(comparison).replace("\u00a0", " ")
    assert "2 varian dibandingkan dengan Tanpa program: 4 pasangan, benih acak 1 hingga 4, bulan 14" in told
    assert "Tingkat kemiskinan (P0), anggota setelah 14 bulan: " in told
    assert "selang kepercayaan 95 %: " in told and "Peringkat (" in told
    assert comparison.plot("poverty_rate") is not None
    comparison.table()
    assert missing == set()


def test_costs_are_told_in_indonesian(comparison, missing):
    worth = appraise(comparison.outcomes, comparison.ledger, baseline="Lain", without="Tanpa program",
                     scenarios=comparison.scenarios)
    told = str(worth).replace("\u00a0", " ")
    assert "Pusat membayar seluruh biaya" in told or "pusat membayar" in told
    assert "Setiap rupiah yang dibelanjakan untuk Lengkap menambah konsumsi 0," in told
    assert missing == set()


def test_a_scenario_is_explained_in_indonesian(missing):
    told = explained(FULL, NONE)
    assert "60 jam" in told and "lama diklat" in told and "asumsi" in told
    assert "Perlu dipertanggungjawabkan" in told
    assert {text for text in missing if "<python>" not in text} == set()      # where the test has set it


def test_a_story_is_told_in_indonesian(missing):
    told = story(FULL, household=24, seed=2)
    words = told.text().replace("\u00a0", " ")
    assert "Membentuk kelompok 4 bersama 4 rumah tangga lain." in words
    assert "BULAN DEMI BULAN" in words and "MENGAPA: rantai sebab-akibat" in words
    assert told.figure() is not None
    story(FULL, group=3, seed=2).text()
    assert missing == set()


BAD = """name: Salah
months: 0
population: {households: ribuan}
groups: {size: 3, sise: 4}
interventions:
  - {kind: diklat, practice_share: 60}
"""


def test_faults_of_a_file_are_told_in_indonesian(tmp_path, capsys, missing):
    path = tmp_path / "salah.yaml"
    path.write_text(BAD)
    with speaking("en"):
        assert main(["check", str(path), "--lang", "id"]) == 2
    told = capsys.readouterr().err
    assert "months = 0: harus 1 hingga 600 bulan" in told
    assert "population.households = ribuan: harus berupa bilangan bulat (jumlah rumah tangga)" in told
    assert "groups.size = 3: harus 5 hingga 20 rumah tangga" in told
    assert "kunci tidak dikenal; apakah maksudnya 'size'?" in told
    assert "practice_share = 60: harus 0 hingga 1 (bagian); apakah maksudnya 0.6?" in told
    assert missing == set()


@pytest.mark.parametrize("words, fault", [
    ("check", "kubesim check: argumen berikut harus ada: SCENARIO; lihat kubesim check --help"),
    ("run x.yaml --seed a", "kubesim run: argumen --seed: bukan bilangan bulat: 'a'; lihat kubesim run --help"),
    ("--bogus check x.yaml", "kubesim: argumen tidak dikenal: --bogus; lihat kubesim --help"),
])
def test_faults_of_the_command_line_are_told_in_indonesian(indonesian, capsys, words, fault):
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert (ended.value.code, capsys.readouterr().err) == (2, fault + "\n")


@pytest.mark.parametrize("words", [["--lang", "id", "--help"], ["--help", "--lang=id"]])
def test_help_is_in_the_language_asked_for_wherever_it_is_asked(words, monkeypatch, capsys):
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert "pemakaian: kubesim" in told and "tampilkan bantuan ini lalu selesai" in told
    assert "membandingkan rancangan program" in told and "Menjalankan satu skenario" in told
    assert language() == "en"
