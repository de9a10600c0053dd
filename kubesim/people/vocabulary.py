"""The words of Indonesian and English headings that stand for the model's words.

Patterns match the whole of a heading as ``bare`` leaves it: small letters, single spaces, no other signs.
Strength 3 says the thing itself, 2 most likely, 1 possibly; the strongest heading with fitting values is
taken.
"""

from __future__ import annotations

import re

from kubesim.people.headrows import bare

_COUNT = r"(jumlah|jml|jlh|juml|banyak(nya)?|total|number of|no of|num|n)"
_OF_A_HOME = r"( (dalam|dlm|per|di|in|of|the))*( (keluarga|kel|rumah tangga|ruta|rt|krt|kk|household|hh|family))*"
_MONEY_SPAN = (r"( (per|rata rata|perkapita|kapita|capita|orang|person|jiwa|rumah tangga|ruta|rt|kk|keluarga|"
               r"household|hh|"
               r"family|sebulan|bulanan|bulan|bln|month|monthly|setahun|tahunan|tahun|thn|year|yearly|annual|"
               r"rp|idr|"
               r"rupiah|ribu|juta|000|1000|a|nominal|total|expenditure|pengeluaran|konsumsi|mean|\d{4}))*")

WORDS: dict[str, tuple[tuple[int, str], ...]] = {
    "persons": (
        (3, rf"{_COUNT} (anggota|ang|art|jiwa|orang|person|persons|people|members?|individu){_OF_A_HOME}"),
        (3,
         r"(household|family|hh|hhold) ?(size|members?|persons)|size of (the )?(household|family)|hh?size"),
        (3, r"ukuran (rumah tangga|keluarga|ruta|rt)|banyak art|jmlart|jml ?art|jmlh ?art"),
        (2, rf"(anggota|art|jiwa|persons|members|hhmem|r301|b4r1|orang){_OF_A_HOME}"),
        (2, rf"{_COUNT} (keluarga|tanggungan|dependents)")),
    "workers": (
        (3, rf"{_COUNT} ?(anggota|ang|art|orang|jiwa|members?|persons)?{_OF_A_HOME}( yang)? ?(bekerja|kerja|"
            rf"working|employed)"),
        (3, rf"{_COUNT} (pekerja|pencari nafkah|workers?|earners?|employed).*|art( yang)? bekerja|workers|"
            rf"earners"),
        (3, r"(anggota|ang|art|orang|jiwa|members|persons)( keluarga| rumah tangga| ruta)?( yang)? ?(bekerja|"
            r"kerja|working|employed)"),
        (2, r"(pekerja|bekerja|pencari nafkah|working (members|persons|people)|employed)")),
    "spending": (
        (3, rf"(ln|log)? ?(rata rata |total |jumlah |mean |monthly |annual |household |family |hh "
            rf")*(pengeluaran|konsumsi|expenditure|consumption|spending|"
            rf"expend){_MONEY_SPAN} (kapita|perkapita|capita|orang|person|jiwa){_MONEY_SPAN}"),
        (3, r"kapita|pcexp|pcap ?exp|pce|exp ?cap|per ?capita (expenditure|consumption|spending)|pengeluaran "
            r"?perkapita|exppc"),
        (2, rf"(ln|log)? ?(rata rata |total |jumlah |mean |monthly |annual |household |family |hh "
            rf")*(pengeluaran|konsumsi|belanja|expenditure|"
            rf"consumption|spending|expend|hhexp|totexp){_MONEY_SPAN}")),
    "income": (
        (3, rf"(ln|log)? ?(rata rata |total |jumlah |mean |monthly |annual |household |family |hh "
            rf")*(penghasilan|pendapatan|income){_MONEY_SPAN} "
            rf"(kapita|perkapita|capita|orang|person|jiwa){_MONEY_SPAN}"),
        (2, rf"(ln|log)? ?(rata rata |total |jumlah |mean |monthly |annual |household |family |hh "
            rf")*(penghasilan|pendapatan|income){_MONEY_SPAN}"),
        (1, rf"(upah|gaji|earnings|omset|omzet|wages?){_MONEY_SPAN}")),
    "decile": (
        (3, r"desil( (kesejahteraan|nasional|provinsi|kabupaten|kota|dtsen|dtks|keluarga|pengeluaran|p3ke|"
            r"\d{4}))*|deciles?|"
            r"(welfare|wealth|income|expenditure|consumption) deciles?"),
        (2, r"(kelompok|status|peringkat|tingkat|kategori) (desil|kesejahteraan)|d(e)?sl|peringkat desil")),
    "group": (
        (3, r"(nama|nm|kode|no|nomor|id|name of|name)? ?(kube|kelompok usaha( bersama)?|kelompok kube|kube "
            r"?name|kubename)"),
        (2, r"(nama|nm|kode|no|nomor|id|name of)? ?(kelompok|group|klp|poktan)( (name|id|code|no))?")),
    "companion": (
        (3, r"(nama|nm|kode|id|name of)? ?(pendamping|fasilitator|companion|facilitator)( (kube|kelompok|"
            r"sosial|pkh|name|id))*"),
        (2, r"(nama|kode)? ?(mentor|pembina|tksk|penyuluh)( name)?")),
    "district": (
        (3, r"(nama|nm|name of)? ?(kecamatan|kec|nmkec|namakec|sub ?district|district)( (name|domisili|"
            r"tempat tinggal))?"),
        (2, r"(nama|nm|name of)? ?(kab kota|kabupaten kota|kabupaten|kab|nmkab|namakab|kota|regency|city|"
            r"regency city)( name)?"),
        (1, r"(nama|nm)? ?(wilayah|desa|kelurahan|kel|desa kelurahan|kelurahan desa|nmdesa|village|area|"
            r"region|r105)")),
    "weight": (
        (3, r"fwt|wert|weight(s|ed)?|penimbang( (rumah tangga|ruta|rt|akhir))?|hh ?weight|hhwt|household "
            r"weight|bobot"
            r"( (rumah tangga|ruta|rt|sampel))?|sampling weight|expansion factor|wgt|wt|fpu|pweight"),
        (2,
         r"weind|penimbang individu|person weight|individual weight|timbangan|faktor (pengali|ekspansi)|fw")),
    "cluster": (
        (3, r"psu|nks|cluster( (id|no|number))?|klaster|primary sampling unit|(no|nomor|kode)? ?blok sensus|"
            r"wilcah|"
            r"(nomor|no) kode sampel|ea|enumeration area|idbs"),
        (2, r"commune( (id|code))?|segmen|kode wilayah sampel|nokp")),
    "stratum": (
        (3, r"strat(a|um)?( (id|no))?|strat|stratifikasi|sampling strat(a|um)"),
        (1,
         r"urban|rural|urban rural|perkotaan|klasifikasi( (desa|wilayah|kota desa|desa kota))?|tipe daerah")),
}
"""Headings of each of the model's words but housing."""

NEVER: dict[str, str] = {
    "persons": r".*\b(kelompok|kube|group|balita|bayi|anak|lansia|perempuan|laki|pria|wanita|dewasa|sekolah|"
               r"disabilitas|sakit)\b.*",
    "spending": r".*\b(makanan|bukan|non|pangan|food|rokok|listrik|pendidikan|kesehatan|medical|health|"
                r"sekolah|disesuaikan|"
                r"adjusted|pulsa|transport|education|sewa|usaha)\b.*",
    "income": r".*\b(sumber|jenis|kelas|kategori|kisaran|range|rentang|status|source|type|usaha|kelompok)\b.*",
    "group": r".*\b(umur|usia|age|desil|jenis kelamin|pengeluaran|pendapatan|jabatan|ketua|jumlah|tahun|"
             r"alamat|rekening)\b.*",
    "companion": r".*\b(hp|telp|nik|alamat|no|nomor|gaji|tahun|pendidikan)\b.*",
}
"""Headings that stand for something else, whatever words they share."""

ITEMS: dict[str, str] = {
    "floor": r".*\b(lantai|floor)\b.*", "walls": r".*\b(dinding|tembok|walls?)\b.*",
    "roof": r".*\b(atap|roof)\b.*",
    "toilet": r".*\b(sanitasi|jamban|wc|kakus|toilet|kloset|bab|fasbab|latrine|sanitation|tinja)\b.*",
    "water": r".*\b(air|water|airminum|sumberair)\b.*", "light": r".*\b(listrik|penerangan|electricity|"
                                                                 r"lighting|daya)\b.*",
}
"""Headings of the housing items."""
NO_ITEM = re.compile(r".*\b(luas|jumlah|jml|biaya|pengeluaran|jarak|rekening|tagihan|no|nomor|id|area|size|"
                     r"cost|distance|"
                     r"konsumsi|idpel|lebar|tinggi|lat|kepemilikan)\b.*")

PER_PERSON = re.compile(r".*\b(kapita|perkapita|capita|orang|person|jiwa|pcexp|pce|pcap|exppc|percapita)\b.*|"
                        r"kapita")
PER_HOUSEHOLD = re.compile(r".*\b(rumah tangga|ruta|rt|kk|keluarga|household|hh|family|total|hhexp|"
                           r"totexp)\b.*")
LOGARITHM = re.compile(r"(ln|log)\b.*")
"""What a heading of money says of its unit."""
SPANS: tuple[tuple[float, str], ...] = (
    (1.0, r"\b(sebulan|bulanan|bulan|bln|month|monthly)\b"),
    (round(7 / 30.4375, 4), r"\b(seminggu|mingguan|minggu|week|weekly)\b"),
    (12.0, r"\b(setahun|tahunan|yearly|annual|annually|(tahun|thn|year)(?! (19|20)\d\d\b))\b"),
)
"""Months for which an amount stands; "sebulan tahun 2025" is a month's, "tahun 2025" says when, not for how long."""
TIMES: tuple[tuple[float, str], ...] = ((1e3, r"\b(ribu|ribuan|rb|000|1000|thousand)\b"),
                                        (1e6, r"\b(juta|jt|million)\b"))
"""How many units one of a heading's is."""


def months_said(words: str) -> float | None:
    """Months for which a heading, as ``bare`` leaves it, says that its amounts stand; None where it does not.

    >>> months_said("pengeluaran sebulan tahun 2025"), months_said("pengeluaran tahun 2025")
    (1.0, None)
    """
    return next((months for months, pattern in SPANS if re.search(pattern, words)), None)


def times_said(words: str) -> float | None:
    """How many units one of a heading's is, a heading as ``bare`` leaves it; None where it does not say.

    >>> times_said("penduduk miskin ribu jiwa")
    1000.0
    """
    return next((times for times, pattern in TIMES if re.search(pattern, words)), None)


def is_known(heading: str) -> bool:
    """Whether a text is surely a heading: a file without headings shows its first household there."""
    words = bare(heading)
    patterns = [pattern for ranked in WORDS.values() for _, pattern in ranked] + list(ITEMS.values())
    return any(re.fullmatch(pattern, words) for pattern in patterns)
