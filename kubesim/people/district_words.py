"""Headings of tables of districts, provinces, and the codes that changed with Papua's new ones."""

from __future__ import annotations

import re

FIGURES: dict[str, str] = {
    "poverty_rate": r".*\b(p 0|p0|headcount( index)?|penduduk miskin( \w+)* (persen|persentase|percent|pct)|"
                    r"(persentase|persen|percentage of|share of)( \w+)? (penduduk|pend|poor|people|orang)( "
                    r"miskin| people)?|"
                    r"tingkat kemiskinan|angka kemiskinan|poverty rate|poor pct)\b.*",
    "poverty_gap": r".*\b(p 1|p1|kedalaman( kemiskinan)?|poverty gap)\b.*",
    "poverty_severity": r".*\b(p 2|p2|keparahan( kemiskinan)?|poverty severity|severity)\b.*",
    "line": r".*\b(garis kemiskinan|poverty line|gk)\b.*",
    "poor": r".*\b(jumlah( dan)? penduduk miskin|jml penduduk miskin|penduduk miskin|poor (people|population|"
            r"persons)|"
            r"number of poor|orang miskin)\b.*",
    "population": r".*\b((jumlah |jml )?penduduk|population|inhabitants)\b.*",
    "spending": r".*\b(pengeluaran|expenditure|konsumsi|consumption|spending)\b.*",
    "gini": r".*\bgini\b.*",
    "family_size": r".*\b((rata rata|mean|average)( \w+)* (anggota|art|household size|family size|jiwa)|"
                   r"household size|"
                   r"family size|ukuran rumah tangga)\b.*",
    "households": r".*\b((jumlah|jml|banyaknya|number of)( \w+)? (rumah tangga|ruta|rt|households|keluarga|"
                  r"kk)|households)\b.*",
}
"""Each figure's heading, tried in this order, as ``bare`` leaves it."""

NOT_FIGURES: dict[str, str] = {
    "poverty_rate": r".*\b(jumlah|ribu|thousand)\b(?!.*\b(persen|pct|percent|persentase)\b).*|"
                    r".*\bshortfall\b.*",
    "line": r".*\b(makanan|food|non|bukan|nonmakanan|shortfall|perkotaan|perdesaan)\b.*",
    "poor": r".*\b(persen|persentase|pct|percent|share|shortfall|line)\b.*",
    "population": r".*\b(miskin|poor|persen|persentase|pct|kepadatan|density|laju|growth|rasio|ratio)\b.*",
    "spending": r".*\b(disesuaikan|adjusted|makanan|food|non|bukan|bottom|share|gini|ketimpangan|persen|"
                r"pct)\b.*",
    "gini": r".*\b(perkotaan|perdesaan|urban|rural)\b.*",
    "family_size": r".*\b(miskin|poor)\b.*",
    "households": r".*\b(miskin|poor|pct|persen|persentase|sanitation|water)\b.*",
}

AREA = re.compile(r"(nama )?(kabupaten|kab|district|regency|wilayah|area|daerah|region|nmkab|kabkot|"
                  r"kabupaten kota|kab kota|"
                  r"kabkota|regency city|regency municipality|kabupaten kota se .*|kota kabupaten)( (kota|"
                  r"name|regency|city|"
                  r"municipality|\d{4}))*|.*\b(kabupaten kota|kab kota|regency municipality)\b.*")
CODE = re.compile(r"(bps )?(kode|code|kd|id)( (bps|wilayah|kab|kabupaten|kota|kab kota|kabupaten kota|daerah|"
                  r"prov|area))*|"
                  r"bps code|kodewil|kode.*")
PROVINCE = re.compile(r"(nama )?(provinsi|prov|province|propinsi)( \w+)?")
KIND = re.compile(r"type|tipe|jenis|status|kategori")
LEVEL = re.compile(r"level|tingkat( wilayah)?")
YEAR_HEADING = re.compile(r"tahun|year|thn|periode|period")
PERCENT = re.compile(r".*\b(persen|persentase|pct|percent|percentage)\b.*")

PROVINCES = frozenset(re.sub(r"\s", "", name) for name in """aceh,sumatera utara,sumatera
barat,riau,jambi,sumatera selatan,
bengkulu,lampung,kepulauan bangka belitung,bangka belitung,kepulauan riau,dki jakarta,jakarta,daerah khusus
jakarta,
dk jakarta,jawa barat,jawa tengah,di yogyakarta,d i yogyakarta,daerah istimewa yogyakarta,jawa
timur,banten,bali,
nusa tenggara barat,nusa tenggara timur,kalimantan barat,kalimantan tengah,kalimantan selatan,kalimantan
timur,
kalimantan utara,sulawesi utara,sulawesi tengah,sulawesi selatan,sulawesi tenggara,gorontalo,sulawesi
barat,maluku,
maluku utara,papua barat,papua barat daya,papua,papua selatan,papua tengah,papua
pegunungan,indonesia""".split(","))
"""Provinces, and the country, as ``bare`` without blanks leaves them."""

PAPUA: dict[str, tuple[int, int]] = {
    "fakfak": (9101, 9101), "kaimana": (9102, 9102), "telukwondama": (9103, 9103),
    "telukbintuni": (9104, 9104),
    "manokwari": (9105, 9105), "sorongselatan": (9106, 9203), "sorong": (9107, 9202),
    "rajaampat": (9108, 9201),
    "tambrauw": (9109, 9205), "maybrat": (9110, 9204), "manokwariselatan": (9111, 9111),
    "pegununganarfak": (9112, 9112), "kotasorong": (9171, 9271), "merauke": (9401, 9501),
    "jayawijaya": (9402, 9702), "jayapura": (9403, 9403), "nabire": (9404, 9604),
    "kepulauanyapen": (9408, 9408),
    "biaknumfor": (9409, 9409), "paniai": (9410, 9605), "puncakjaya": (9411, 9608), "mimika": (9412, 9601),
    "bovendigoel": (9413, 9502), "mappi": (9414, 9503), "asmat": (9415, 9504), "yahukimo": (9416, 9707),
    "pegununganbintang": (9417, 9708), "tolikara": (9418, 9704), "sarmi": (9419, 9419),
    "keerom": (9420, 9420),
    "waropen": (9426, 9426), "supiori": (9427, 9427), "mamberamoraya": (9428, 9428), "nduga": (9429, 9701),
    "lannyjaya": (9430, 9703), "mamberamotengah": (9431, 9705), "yalimo": (9432, 9706),
    "puncak": (9433, 9607),
    "dogiyai": (9434, 9602), "intanjaya": (9435, 9606), "deiyai": (9436, 9603), "kotajayapura": (9471, 9471),
}
"""BPS's code of each district of Papua until 2022 and since, when six provinces were made of two."""
PAPUA_BY_CODE = {code: name for name, codes in PAPUA.items() for code in codes}
