"""Columns about a person: identity numbers, names, addresses, telephones, accounts, places. They are dropped.

A column is found by its heading or by what its cells look like; neither a message nor a result ever shows a
cell of it.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Sequence

import numpy as np
import pyarrow as pa

from kubesim.language import phrase, say
from kubesim.people.headrows import bare
from kubesim.people.table_file import Column
from kubesim.people.telling import letter, printable

IDENTITY, FAMILY_CARD, NAME = phrase("identity numbers (NIK)"), phrase("family card numbers (No KK)"), phrase("names")
ADDRESS, TELEPHONE, MAIL = phrase("addresses"), phrase("telephone numbers"), phrase("e-mail addresses")
ACCOUNT, PLACE = phrase("account or card numbers"), phrase("coordinates")
BIRTH = phrase("dates or places of birth")

LOOKED_AT = 4000
"""Cells of a column that are looked at, spread over the file."""

HEADINGS = (
    (FAMILY_CARD, r"(no|nomor|nmr|num|kode)? ?(kk|kartu keluarga|kartu kel)|(no|nomor) (id )?kk.*|nokk|"
                  r"family card.*"),
    (IDENTITY, r"nik.*|.* nik|(no|nomor)? ?(e )?ktp.*|.*induk kependudukan.*|national id.*|id ?card.*|(no "
               r")?(paspor|sim|"
               r"passport|kia|npwp|nuptk|nisn|nip)|identity.*|no(mor)? (identitas|id|pengenal)"),
    (TELEPHONE, r".*\b(telp|tlp|telepon|telpon|hp|handphone|phone|mobile|wa|whatsapp|seluler|no hp)\b.*|nohp|"
                r"notelp"),
    (MAIL, r".*\be ?mail\b.*|.*\bsurel\b.*"),
    (ACCOUNT, r".*\b(rekening|norek|no rek|bpjs|jkn|kis|kks|kartu keluarga sejahtera|id pelanggan|idpel|no "
              r"meter|nopol|"
              r"account|pkh id|peserta)\b.*"),
    (BIRTH, r".*\b(lahir|birth|dob|ttl|tgl lhr)\b.*"),
    (PLACE, r".*\b(latitude|longitude|lat|lon|long|lng|lintang|bujur|koordinat|coordinates?|gps|geotag|titik "
            r"lokasi)\b.*"),
    (ADDRESS, r".*\b(alamat|address|jalan|jln|domisili|street|rt rw|kode ?pos|postcode)\b.*|rt|rw|nama jalan|"
              r"no rumah|"
              r"dusun|gang"),
    (NAME, r"(nama|nm|name|full name|first name|last name|surname|nama (lengkap|kepala|krt|kk|art|anggota|"
           r"pengurus|ketua|"
           r"sekretaris|bendahara|ibu|ayah|istri|suami|orang tua|penerima|responden|pemilik|kpm|pm|peserta|"
           r"individu|"
           r"warga|keluarga|anak|sekolah).*|.* (nama|name)|kepala (keluarga|rumah tangga)|ketua( kube| "
           r"kelompok)?|"
           r"head( of)? (household|family)?( name)?|ibu kandung|nama gadis.*|respondent.*|penerima( manfaat| "
           r"bantuan)?|"
           r"sekretaris|bendahara|krt)"),
)
"""What a heading says, in the words that ``bare`` leaves."""

OTHERS_NAMES = re.compile(r".*\b(kube|kelompok|group|pendamping|companion|fasilitator|mentor|kecamatan|kec|"
                          r"kabupaten|kab|"
                          r"kota|district|desa|kelurahan|kel|village|provinsi|prov|province|regency|wilayah|"
                          r"subdistrict|program|usaha|bansos|barang|jenis)\b.*")
"""Headings with the name of something that is no member of a household."""

_MARKED = re.compile(r"[\s.\-'()]")
_NAMES = frozenset("""abdul abdullah achmad adi agus ahmad aisyah akhmad ali amin ana andi ani anita anwar ari
arif aris asih
asri astuti ayu bambang basri budi budiman burhan darma dedi desi dewi dian dwi edi eka endang eni erna eva
fatimah
fitri fitriani gusti hadi haji hairul hamid handayani hari hartati hartono hasan hasanah hendra heri herlina
herman
hidayat hj husin ibrahim ida idris ijah ilham imam indah indra ismail iwan jamilah jamal joko juli jumiati
kartini
khadijah kurnia lestari lilik lina linda lukman m mahmud mansyur maria mariana mariani masitah mawardi misnah
mohammad
muhamad muhammad mulyadi mulyani murni mustafa nana nani noor nor norhayati nur nurhayati nurul purwanto putra
putri
rahayu rahmad rahmah rahman rahmat rahmawati ratna ratnasari rina rini riska rohani rosita rudi rukmini rusli
rusmini
saiful salasiah salmah samsul santi saputra sari sarah sholeh siti slamet sri sugeng suharti sukarno sulastri
sumarni
sumiati supriadi suryani susanti sutrisno suwarni syahrani syaiful syamsudin syarifah taufik titin tri umar
umi utami
wahyu wahyuni wati wawan wibowo widodo yanti yuli yuliana yusuf zainab zainal zubaidah""".split())
"""Frequent given names; they make a column of many different words one of names."""
_ADDRESSED = re.compile(r"\b(jl|jln|jalan|gg|gang|rt|rw|blok|komp|komplek|perum|dusun|lorong|street)\b[. ]?",
                        re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+\.\S+")
_DECIMAL = re.compile(r"-?\d{1,12}[.,]\d+")
_PAIR = re.compile(r"-?\d{1,3}[.,]\d{3,}\s*[,; ]\s*-?\d{1,3}[.,]\d{3,}")


class Personal(NamedTuple):
    """What a column says of persons, and what betrayed it."""

    kind: str                       # in English
    by_heading: bool


def personal_columns(columns: Sequence[Column]) -> dict[int, Personal]:
    """Which columns are about persons, by place; group, companion and area names by heading are not."""
    found = {column.place: kind for column in columns
             if (kind := _by_heading(column.heading) or _by_cells(column))}
    eastings = [column for column in columns if _in_span(column, 94.5, 141.5)]
    for east in eastings:
        for column in columns:
            if abs(column.place - east.place) == 1 and _in_span(column, -11.5, 6.5):
                found.setdefault(column.place, Personal(PLACE, False))
                found.setdefault(east.place, Personal(PLACE, False))
    return found


def told_dropped(columns: Sequence[Column], personal: dict[int, Personal]) -> list[str]:
    """A line for each column that is dropped."""
    return [say("dropped, never kept or shown: column {letter} ({heading}) looks like {kind}",
                letter=letter(column.place), heading=printable(column.heading),
                kind=say(personal[column.place].kind))
            for column in columns if column.place in personal]


def _by_heading(heading: str) -> Personal | None:
    words = bare(heading)
    for kind, pattern in HEADINGS:
        if re.fullmatch(pattern, words) and not (kind == NAME and OTHERS_NAMES.fullmatch(words)):
            return Personal(kind, True)
    return None


def _by_cells(column: Column) -> Personal | None:
    """What the cells look like; a tenth of them is enough for numbers that identify."""
    cells = [cell for cell in _some(column.words()) if cell]
    if not cells:
        return None
    marks = ["" if _DECIMAL.fullmatch(cell) else _MARKED.sub("", cell) for cell in cells]
    of_an_area = OTHERS_NAMES.fullmatch(bare(column.heading))
    for kind, sign, share in ((IDENTITY, _is_identity, 0.1), (TELEPHONE, _is_telephone, 0.3),
                              (ACCOUNT, _is_long_number, 0.5)):
        if sum(map(sign, marks)) > share * len(marks) and not (kind == ACCOUNT and of_an_area):
            return Personal(kind, False)
    if sum(bool(_MAIL.fullmatch(cell)) for cell in cells) > 0.1 * len(cells):
        return Personal(MAIL, False)
    if sum(bool(_PAIR.fullmatch(cell)) for cell in cells) > 0.3 * len(cells):
        return Personal(PLACE, False)
    if sum(bool(_ADDRESSED.search(cell)) and any(map(str.isdigit, cell))
           for cell in cells) > 0.2 * len(cells):
        return Personal(ADDRESS, False)
    return Personal(NAME, False) if _are_names(column, cells) else None


def _some(words: pa.Array) -> list[str | None]:
    """Cells spread over a column."""
    step = max(1, len(words) // LOOKED_AT)
    return words.take(pa.array(np.arange(0, len(words), step))).to_pylist()


def _is_identity(mark: str) -> bool:
    """Whether 16 digits are those of a NIK or No KK: province, district, date (women's days plus 40)."""
    if len(mark) != 16 or not mark.isdigit():
        return False
    day, month = int(mark[6:8]) % 40, int(mark[8:10])
    return 11 <= int(mark[:2]) <= 97 and day <= 31 and month <= 12


def _is_telephone(mark: str) -> bool:
    mark = mark.removeprefix("+")
    return mark.isdigit() and bool(re.fullmatch(r"(62|0)8\d{7,11}|0[2-79]\d{7,10}|8[1-9]\d{8,10}", mark))


def _is_long_number(mark: str) -> bool:
    return mark.isdigit() and len(mark) >= 10


def _are_names(column: Column, cells: Sequence[str]) -> bool:
    """Whether cells are mostly different words of letters, among which frequent given names occur."""
    if OTHERS_NAMES.fullmatch(bare(column.heading)):
        return False
    words = [bare(cell).split() for cell in cells]
    lettered = [parts for parts in words if parts and not any(map(str.isdigit, "".join(parts)))]
    if len(lettered) < 0.8 * len(cells) or len({tuple(parts) for parts in lettered}) < 0.4 * len(lettered):
        return False
    known = sum(bool(_NAMES & set(parts)) or "binti" in parts or "bin" in parts for parts in lettered)
    return known > 0.1 * len(lettered)


def _in_span(column: Column, low: float, high: float) -> bool:
    """Whether a column holds degrees with at least four decimals within a span."""
    cells = [cell.replace(",", ".") for cell in _some(column.words()) if cell]
    degrees = [cell for cell in cells if re.fullmatch(r"-?\d{1,3}\.\d{4,}", cell)]
    return bool(cells) and len(degrees) > 0.8 * len(cells) and all(low <= float(cell) <= high
                                                                   for cell in degrees)
