"""Hints: what the writer of a wrong line probably meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Iterable

TRUE = {"true", "yes", "y", "on", "ya", "iya", "1"}
FALSE = {"false", "no", "n", "off", "tidak", "bukan", "0"}
TIMES = {"%": 0.01, "ribu": 1e3, "rb": 1e3, "juta": 1e6, "jt": 1e6, "miliar": 1e9}

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_POINT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WRITTEN = re.compile(r"(rp\.?)?\s*([-+]?[0-9][0-9.,_ ]*?)\s*(%|[a-z][a-z /]*)?")
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def scalar(text: str) -> None | bool | int | float | str:
    """What a plain word of YAML 1.2 stands for.

    Only decimal numbers are numbers, only true and false are truth values. Words such as
    ``yes``, ``012``, ``1_000``, ``0x1F``, ``12:30`` or ``2019-01-01`` are text.
    """
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if _WHOLE.fullmatch(text) and len(text) <= 300:
        return int(text)
    if _POINT.fullmatch(text):
        return float(text)
    if text.lower() in (".inf", "+.inf", "-.inf", ".nan"):
        return float(text.replace(".", ""))
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name that a word was probably meant to be; empty when none is near."""
    plain = {_bare(name): name for name in known}
    close = get_close_matches(_bare(word[:80]), plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else ""


def looks_grouped(text: str) -> bool:
    """Whether a number's only point may group thousands, as in 25.000."""
    return bool(_GROUPED.fullmatch(text))


def float_text(number: float) -> str:
    """A float as a scenario file writes it, so that no reader of YAML takes it for anything else."""
    text = repr(number)
    if "e" in text and "." not in text:
        return text.replace("e", ".0e")
    return text + "0" if looks_grouped(text) else text      # 250.125 could be misread as 250125


def number_meant(text: str, money: bool = False) -> str:
    """The number that a text stands for, as YAML writes it; empty when it is none.

    ``0,5`` is 0.5, ``2.000.000`` and ``2 juta`` are 2000000, ``60 %`` is 0.6, ``12 hours`` is 12;
    ``25.000`` is 25000 where it is ``money``.
    """
    found = _WRITTEN.fullmatch(text[:80].strip().lower())
    if not found:
        return ""
    digits, word = re.sub("[_ ]", "", found[2]), (found[3] or "").strip()
    mark = _decimal_mark(digits, money or bool(found[1]))
    whole, _, part = digits.rpartition(mark) if mark else (digits, "", "")
    number = float(re.sub("[.,]", "", whole) + "." + (part or "0")) * TIMES.get(word, 1)
    return str(round(number)) if number == round(number) and abs(number) < 1e15 else f"{number:.12g}"


def truth_meant(text: str) -> str:
    """``true`` or ``false`` for a word that says so in another way; else empty."""
    word = text.strip().lower()
    return "true" if word in TRUE else "false" if word in FALSE else ""


def _bare(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def _decimal_mark(digits: str, money: bool) -> str:
    """Which of point and comma marks the decimals; the other, or a repeated one, groups thousands."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        last = max(".,", key=digits.rfind)
        return last if digits.count(last) == 1 else ""
    if points + commas != 1 or (looks_grouped(digits) and (commas or money)):
        return ""
    return "," if commas else "."
