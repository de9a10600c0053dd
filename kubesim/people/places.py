"""Names of districts in their many spellings."""

from __future__ import annotations

import re
from typing import NamedTuple, Sequence

from kubesim.people.headrows import bare

KABUPATEN, KOTA = "Kabupaten", "Kota"

_PREFIX = re.compile(r"(kab|kabupaten|kota adm|kota administrasi|kab adm|kabupaten administrasi|kota|"
                     r"kotamadya|kodya|city of|"
                     r"regency of) (?=\S)")
_SUFFIX = re.compile(r"(?<=\S) (city|regency|kota|kab|kabupaten)$")
_NOT_A_PREFIX = {"kota baru"}
_EQUAL = {
    "tobasamosir": "toba", "pangkajenedankepulauan": "pangkep", "pangkajenekepulauan": "pangkep",
    "pangkajenekep": "pangkep", "pangkajenedankep": "pangkep", "kepulauansiautagulandangbiaro": "sitaro",
    "siautagulandangbiaro": "sitaro", "kepulauansitaro": "sitaro", "siautagulandangbiarokepulauan": "sitaro",
    "pematangsiantarkota": "pematangsiantar", "siantar": "pematangsiantar",
    "sawahluntosijunjung": "sijunjung", "mahakamhulu": "mahakamulu", "kutaikertanegara": "kutaikartanegara",
    "pasir": "paser", "padangsidempuan": "padangsidimpuan", "50kota": "limapuluhkota",
    "limapuluhkoto": "limapuluhkota", "okukomeringulu": "ogankomeringulu",
    "okuselatan": "ogankomeringuluselatan", "oku": "ogankomeringulu", "okutimur": "ogankomeringulutimur",
    "oki": "ogankomeringilir", "pali": "penukalabablematangilir", "hss": "hulusungaiselatan",
    "hst": "hulusungaitengah", "hsu": "hulusungaiutara", "batola": "baritokuala",
    "malukutenggarabarat": "kepulauantanimbar", "yapenwaropen": "kepulauanyapen", "yapen": "kepulauanyapen",
    "biak": "biaknumfor", "selayar": "kepulauanselayar", "sangihe": "kepulauansangihe",
    "talaud": "kepulauantalaud", "sangihetalaud": "kepulauansangihe", "mentawai": "kepulauanmentawai",
    "meranti": "kepulauanmeranti", "anambas": "kepulauananambas", "polewalimamasa": "polewalimandar",
    "polman": "polewalimandar", "mamujuutara": "pasangkayu", "tidore": "tidorekepulauan",
    "sulakepulauan": "kepulauansula",
}
"""Names that are another spelling, a short form or an earlier name of the same district."""


class Name(NamedTuple):
    """A district's name: its kind where the spelling says it, and its letters alone."""

    kind: str                       # KABUPATEN, KOTA or empty
    key: str


def name_of(written: str) -> Name:
    """What a spelling stands for.

    >>> name_of("Kab. Tojo Una-una") == Name(KABUPATEN, "tojounauna")
    True
    >>> name_of("Kota Baru") == name_of("KOTABARU")
    True
    """
    plain = re.sub(r"^\d{2,4}[ .]?\d{0,2} ", "", bare(re.sub(r"\*+|\(.*?\)|\d\)$", "", written)))
    kind = ""
    if plain not in _NOT_A_PREFIX:
        if found := _PREFIX.match(plain):
            kind = KOTA if found[1].startswith(("kota", "kodya", "city")) else KABUPATEN
            plain = plain[found.end():]
        elif (found := _SUFFIX.search(plain)) and plain not in ("lima puluh kota", "limapuluh kota",
                                                                "50 kota"):
            kind = KOTA if found[1] in ("city", "kota") else KABUPATEN
            plain = plain[:found.start()]
    key = re.sub(r"^kep ", "kepulauan ", plain).replace(" ", "")
    key = key.replace("kepkepulauan", "kepulauan")
    return Name(kind, _EQUAL.get(key, key))


def same_place(cell: str, names: Sequence[str]) -> int:
    """Place among ``names`` of the one that a cell means; -1 when none or several do."""
    plain = [_plain(name) for name in names]
    wanted = _plain(cell)
    if plain.count(wanted) == 1:
        return plain.index(wanted)
    found, keys = name_of(wanted), [name_of(name) for name in plain]
    alike = [at for at, key in enumerate(keys)
             if key.key == found.key and (not key.kind or not found.kind or key.kind == found.kind)]
    return alike[0] if len(alike) == 1 else -1


def _plain(name: str) -> str:
    """A kecamatan's or district's name without the word for what it is."""
    return re.sub(r"^(kecamatan|kec|kelurahan|kel|desa) ", "", bare(name))
