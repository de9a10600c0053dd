"""The one door through which every text for users goes, and the one place that knows languages.

English is what the code says. Other languages are gettext catalogues, ``locale/<language>/LC_MESSAGES/
kubesim.po``, read when first needed; ``locale/babel.cfg`` says how their texts are collected. The language
in force is the environment variable KUBESIM_LANG, which worker processes inherit, unless ``speaking_here``
says otherwise for one thread: people who share a server need not speak the same language.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, Iterator

from kubesim.errors import ScenarioError

ENGLISH = "en"
LANGUAGES = (ENGLISH, "id")
VARIABLE = "KUBESIM_LANG"
CATALOGUES = Path(__file__).parent / "locale"
_HERE: ContextVar[str] = ContextVar("language of this thread", default="")


def use_language(language: str) -> None:
    """Speak a language from now on, here and in processes that are started later."""
    if language not in LANGUAGES:
        raise ScenarioError(f"language {language!r}: must be {' or '.join(LANGUAGES)}")
    os.environ[VARIABLE] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while, and then the one from before again; empty changes nothing at first."""
    before = os.environ.get(VARIABLE)
    if language:
        use_language(language)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before


@contextmanager
def speaking_here(language: str) -> Iterator[None]:
    """Speak a language in this thread alone, whatever others speak meanwhile; processes started by it
    do not inherit it. Raises ScenarioError when there is no such language."""
    if language not in LANGUAGES:
        raise ScenarioError(f"language {language!r}: must be {' or '.join(LANGUAGES)}")
    before = _HERE.set(language)
    try:
        yield
    finally:
        _HERE.reset(before)


def language() -> str:
    """The language in force; raises ScenarioError when there is no such language."""
    found = _HERE.get() or os.environ.get(VARIABLE) or ENGLISH
    if found not in LANGUAGES:
        raise ScenarioError(f"{VARIABLE} = {found}: must be {' or '.join(LANGUAGES)}")
    return found


def phrase(message: str) -> str:
    """Mark a text that ``say`` will be given later; it stays as it is."""
    return message


def say(message: str, **parts: Any) -> str:
    """A message in the user's language with its parts filled in."""
    if language() == ENGLISH:
        return message.format(**parts)
    return _Filled().vformat(translated(message), (), parts)


def translated(text: str) -> str:
    """A text in the user's language as it stands; one that is not ours, such as a user's source, stays."""
    spoken = language()
    if spoken == ENGLISH or not text:           # gettext keeps a catalogue's own facts under ""
        return text
    return catalogue(spoken).gettext(text)


def figures(written: str) -> str:
    """A number that is written the English way, in the way of the language in force: 1.250,5."""
    spoken = language()
    return written if spoken == ENGLISH else written.translate(_marks(spoken))


class _Filled(Formatter):
    """Fills numbers in the way of the language in force."""

    def format_field(self, held: Any, spec: str) -> str:
        """A part of a message; digits are only touched where the message says how to write them."""
        written = super().format_field(held, spec)
        return figures(written) if spec and isinstance(held, (int, float)) else written


@lru_cache
def catalogue(language: str) -> GNUTranslations:
    """The texts of a language."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    compiled = BytesIO()
    with open(CATALOGUES / language / "LC_MESSAGES" / "kubesim.po", "rb") as written:
        write_mo(compiled, read_po(written, language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache
def _marks(language: str) -> dict[int, str]:
    """What stands for the English decimal point and the comma between thousands."""
    from babel.numbers import get_decimal_symbol, get_group_symbol
    return str.maketrans({".": get_decimal_symbol(language), ",": get_group_symbol(language)})
