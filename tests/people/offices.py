"""Files of made-up offices, with secrets in them that no message may show."""

from __future__ import annotations

from typing import Sequence

from kubesim.people.columns import Columns

SECRETS = {
    "NIK": "6371014505850003", "No KK": "6371010101150007", "Nama": "Siti Rahmawati binti Zulkifli",
    "Alamat": "Jl. Pangeran Antasari No 17 RT 05", "No HP": "081348123456", "Email": "siti.zulkifli@surel.id",
    "No Rekening": "7004512398761", "Tanggal Lahir": "05-05-1985", "Lintang": "-3.3186067",
    "Bujur": "114.5943784",
}
"""A household's secrets by heading."""
PIECES = ("6371014505850003", "6371010101150007", "Siti", "Rahmawati", "Zulkifli", "Antasari", "081348",
          "123456", "zulkifli",
          "700451", "05-05-1985", "3.3186", "114.594", "37101450")
"""Pieces of them that give them away."""
USEFUL = ("Jumlah ART", "Pengeluaran per kapita", "Desil", "Lantai Layak", "Kecamatan", "Nama KUBE",
          "Pendamping")
DISTRICTS = ("Banjarmasin Utara", "Banjarmasin Barat")
MAPPED = Columns(persons="Jumlah ART", spending="Pengeluaran per kapita", decile="Desil",
                 housing=("Lantai Layak",),
                 district="Kecamatan", group="Nama KUBE", companion="Pendamping")
NAMES = ("Siti Aminah", "Nurhayati", "Ahmad Rifai", "Rahmawati", "Muhammad Yusuf", "Sri Wahyuni",
         "Abdul Hamid", "Dewi Lestari",
         "Hj Fatimah", "Syamsudin")


def office_rows(count: int = 24) -> list[dict[str, str]]:
    """Households of an office's list by heading, in groups of six; the first bears the secrets."""
    rows = []
    for at in range(count):
        row = {"NIK": f"63710145058500{at + 3:02d}", "No KK": f"63710101011500{at + 7:02d}",
               "Nama": NAMES[at % 10] + f" {'abcdefghijklmnopqrstuvwxyz'[at % 26]}",
               "Alamat": f"Jl. Veteran No {at} RT 0{at % 9}", "No HP": f"08134812{at:04d}",
               "Email": f"warga{at}@surel.id",
               "No Rekening": f"70045123987{at:02d}", "Tanggal Lahir": f"0{at % 9 + 1}-05-1985",
               "Lintang": f"-3.31{at:05d}", "Bujur": f"114.59{at:05d}",
               "Jumlah ART": str(2 + at % 5), "Pengeluaran per kapita": f"{400 + 20 * at}.000",
               "Desil": str(1 + at % 4),
               "Lantai Layak": ("ya", "tidak")[at % 2], "Kecamatan": DISTRICTS[at // 12 % 2],
               "Nama KUBE": f"Mawar {at // 6}",
               "Pendamping": f"Budi {at // 12}"}
        rows.append(row | (SECRETS if at == 0 else {}))
    return rows


def as_csv(rows: Sequence[dict[str, str]], headings: Sequence[str] = ()) -> str:
    """The rows as a semicolon file, in the order of the headings."""
    headings = headings or list(rows[0])
    return "\n".join(";".join(line) for line in (headings, *([row[name] for name in headings]
                                                             for row in rows))) + "\n"
