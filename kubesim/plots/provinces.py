"""The provinces of Indonesia on a map of tiles: where each one's block lies, and its districts.

Blocks lie about as the provinces do, from Aceh in the north-west to Papua in the east; each is filled
row by row in the order of BPS's codes. Names of the 514 districts and cities as in BPS's tables of 2025.
"""

from __future__ import annotations

from typing import NamedTuple


class Province(NamedTuple):
    """A block of tiles."""

    name: str
    short: str                  # as a label above the block
    column: int                 # of its label and its first tile
    row: int                    # of its label; tiles begin one row below
    wide: int                   # tiles in a row
    districts: tuple[str, ...]


def _block(name: str, short: str, column: int, row: int, wide: int, districts: str) -> Province:
    return Province(name, short, column, row, wide, tuple(districts.split(", ")))


PROVINCES = (
    _block("Aceh", "Aceh", 0, 0, 6,
           "Simeulue, Aceh Singkil, Aceh Selatan, Aceh Tenggara, Aceh Timur, Aceh Tengah, Aceh Barat, "
           "Aceh Besar, Pidie, Bireuen, Aceh Utara, Aceh Barat Daya, Gayo Lues, Aceh Tamiang, Nagan "
           "Raya, Aceh Jaya, Bener Meriah, Pidie Jaya, Kota Banda Aceh, Kota Sabang, Kota Langsa, Kota "
           "Lhokseumawe, Kota Subulussalam"),
    _block("Sumatera Utara", "Sumut", 1, 6, 7,
           "Nias, Mandailing Natal, Tapanuli Selatan, Tapanuli Tengah, Tapanuli Utara, Toba Samosir, "
           "Labuhan Batu, Asahan, Simalungun, Dairi, Karo, Deli Serdang, Langkat, Nias Selatan, Humbang "
           "Hasundutan, Pakpak Bharat, Samosir, Serdang Bedagai, Batu Bara, Padang Lawas Utara, Padang "
           "Lawas, Labuhan Batu Selatan, Labuhan Batu Utara, Nias Utara, Nias Barat, Kota Sibolga, Kota "
           "Tanjung Balai, Kota Pematang Siantar, Kota Tebing Tinggi, Kota Medan, Kota Binjai, Kota "
           "Padangsidimpuan, Kota Gunungsitoli"),
    _block("Sumatera Barat", "Sumbar", 3, 13, 5,
           "Kepulauan Mentawai, Pesisir Selatan, Solok, Sijunjung, Tanah Datar, Padang Pariaman, Agam, "
           "Lima Puluh Kota, Pasaman, Solok Selatan, Dharmasraya, Pasaman Barat, Kota Padang, Kota "
           "Solok, Kota Sawah Lunto, Kota Padang Panjang, Kota Bukittinggi, Kota Payakumbuh, Kota "
           "Pariaman"),
    _block("Riau", "Riau", 10, 8, 4,
           "Kuantan Singingi, Indragiri Hulu, Indragiri Hilir, Pelalawan, Siak, Kampar, Rokan Hulu, "
           "Bengkalis, Rokan Hilir, Kepulauan Meranti, Kota Pekanbaru, Kota Dumai"),
    _block("Jambi", "Jambi", 10, 13, 4,
           "Kerinci, Merangin, Sarolangun, Batang Hari, Muaro Jambi, Tanjung Jabung Timur, Tanjung "
           "Jabung Barat, Tebo, Bungo, Kota Jambi, Kota Sungai Penuh"),
    _block("Sumatera Selatan", "Sumsel", 10, 18, 6,
           "Ogan Komering Ulu, Ogan Komering Ilir, Muara Enim, Lahat, Musi Rawas, Musi Banyuasin, Banyu "
           "Asin, Ogan Komering Ulu Selatan, Ogan Komering Ulu Timur, Ogan Ilir, Empat Lawang, Penukal "
           "Abab Lematang Ilir, Musi Rawas Utara, Kota Palembang, Kota Prabumulih, Kota Pagar Alam, Kota "
           "Lubuklinggau"),
    _block("Bengkulu", "Bengkulu", 5, 19, 4,
           "Bengkulu Selatan, Rejang Lebong, Bengkulu Utara, Kaur, Seluma, Mukomuko, Lebong, Kepahiang, "
           "Bengkulu Tengah, Kota Bengkulu"),
    _block("Lampung", "Lampung", 11, 23, 5,
           "Lampung Barat, Tanggamus, Lampung Selatan, Lampung Timur, Lampung Tengah, Lampung Utara, Way "
           "Kanan, Tulangbawang, Pesawaran, Pringsewu, Mesuji, Tulang Bawang Barat, Pesisir Barat, Kota "
           "Bandar Lampung, Kota Metro"),
    _block("Kepulauan Bangka Belitung", "Babel", 16, 13, 4,
           "Bangka, Belitung, Bangka Barat, Bangka Tengah, Bangka Selatan, Belitung Timur, Kota Pangkal "
           "Pinang"),
    _block("Kepulauan Riau", "Kepri", 15, 7, 4,
           "Karimun, Bintan, Natuna, Lingga, Kepulauan Anambas, Kota Batam, Kota Tanjung Pinang"),
    _block("DKI Jakarta", "Jakarta", 21, 22, 3,
           "Kepulauan Seribu, Kota Jakarta Selatan, Kota Jakarta Timur, Kota Jakarta Pusat, Kota Jakarta "
           "Barat, Kota Jakarta Utara"),
    _block("Jawa Barat", "Jabar", 21, 26, 7,
           "Bogor, Sukabumi, Cianjur, Bandung, Garut, Tasikmalaya, Ciamis, Kuningan, Cirebon, "
           "Majalengka, Sumedang, Indramayu, Subang, Purwakarta, Karawang, Bekasi, Bandung Barat, "
           "Pangandaran, Kota Bogor, Kota Sukabumi, Kota Bandung, Kota Cirebon, Kota Bekasi, Kota Depok, "
           "Kota Cimahi, Kota Tasikmalaya, Kota Banjar"),
    _block("Jawa Tengah", "Jateng", 29, 25, 7,
           "Cilacap, Banyumas, Purbalingga, Banjarnegara, Kebumen, Purworejo, Wonosobo, Magelang, "
           "Boyolali, Klaten, Sukoharjo, Wonogiri, Karanganyar, Sragen, Grobogan, Blora, Rembang, Pati, "
           "Kudus, Jepara, Demak, Semarang, Temanggung, Kendal, Batang, Pekalongan, Pemalang, Tegal, "
           "Brebes, Kota Magelang, Kota Surakarta, Kota Salatiga, Kota Semarang, Kota Pekalongan, Kota "
           "Tegal"),
    _block("DI Yogyakarta", "Yogya", 31, 32, 3,
           "Kulon Progo, Bantul, Gunung Kidul, Sleman, Kota Yogyakarta"),
    _block("Jawa Timur", "Jatim", 37, 25, 8,
           "Pacitan, Ponorogo, Trenggalek, Tulungagung, Blitar, Kediri, Malang, Lumajang, Jember, "
           "Banyuwangi, Bondowoso, Situbondo, Probolinggo, Pasuruan, Sidoarjo, Mojokerto, Jombang, "
           "Nganjuk, Madiun, Magetan, Ngawi, Bojonegoro, Tuban, Lamongan, Gresik, Bangkalan, Sampang, "
           "Pamekasan, Sumenep, Kota Kediri, Kota Blitar, Kota Malang, Kota Probolinggo, Kota Pasuruan, "
           "Kota Mojokerto, Kota Madiun, Kota Surabaya, Kota Batu"),
    _block("Banten", "Banten", 17, 24, 3,
           "Pandeglang, Lebak, Tangerang, Serang, Kota Tangerang, Kota Cilegon, Kota Serang, Kota "
           "Tangerang Selatan"),
    _block("Bali", "Bali", 46, 26, 3,
           "Jembrana, Tabanan, Badung, Gianyar, Klungkung, Bangli, Karang Asem, Buleleng, Kota Denpasar"),
    _block("Nusa Tenggara Barat", "NTB", 50, 26, 4,
           "Lombok Barat, Lombok Tengah, Lombok Timur, Sumbawa, Dompu, Bima, Sumbawa Barat, Lombok "
           "Utara, Kota Mataram, Kota Bima"),
    _block("Nusa Tenggara Timur", "NTT", 55, 26, 6,
           "Sumba Barat, Sumba Timur, Kupang, Timor Tengah Selatan, Timor Tengah Utara, Belu, Alor, "
           "Lembata, Flores Timur, Sikka, Ende, Ngada, Manggarai, Rote Ndao, Manggarai Barat, Sumba "
           "Tengah, Sumba Barat Daya, Nagekeo, Manggarai Timur, Sabu Raijua, Malaka, Kota Kupang"),
    _block("Kalimantan Barat", "Kalbar", 22, 9, 5,
           "Sambas, Bengkayang, Landak, Mempawah, Sanggau, Ketapang, Sintang, Kapuas Hulu, Sekadau, "
           "Melawi, Kayong Utara, Kubu Raya, Kota Pontianak, Kota Singkawang"),
    _block("Kalimantan Tengah", "Kalteng", 28, 12, 5,
           "Kotawaringin Barat, Kotawaringin Timur, Kapuas, Barito Selatan, Barito Utara, Sukamara, "
           "Lamandau, Seruyan, Katingan, Pulang Pisau, Gunung Mas, Barito Timur, Murung Raya, Kota "
           "Palangka Raya"),
    _block("Kalimantan Selatan", "Kalsel", 31, 18, 5,
           "Tanah Laut, Kota Baru, Banjar, Barito Kuala, Tapin, Hulu Sungai Selatan, Hulu Sungai Tengah, "
           "Hulu Sungai Utara, Tabalong, Tanah Bumbu, Balangan, Kota Banjarmasin, Kota Banjar Baru"),
    _block("Kalimantan Timur", "Kaltim", 34, 8, 4,
           "Paser, Kutai Barat, Kutai Kartanegara, Kutai Timur, Berau, Penajam Paser Utara, Mahakam Ulu, "
           "Kota Balikpapan, Kota Samarinda, Kota Bontang"),
    _block("Kalimantan Utara", "Kaltara", 34, 3, 3,
           "Malinau, Bulungan, Tana Tidung, Nunukan, Kota Tarakan"),
    _block("Sulawesi Utara", "Sulut", 50, 3, 5,
           "Bolaang Mongondow, Minahasa, Kepulauan Sangihe, Kepulauan Talaud, Minahasa Selatan, Minahasa "
           "Utara, Bolaang Mongondow Utara, Siau Tagulandang Biaro, Minahasa Tenggara, Bolaang Mongondow "
           "Selatan, Bolaang Mongondow Timur, Kota Manado, Kota Bitung, Kota Tomohon, Kota Kotamobagu"),
    _block("Sulawesi Tengah", "Sulteng", 44, 8, 5,
           "Banggai Kepulauan, Banggai, Morowali, Poso, Donggala, Toli-Toli, Buol, Parigi Moutong, Tojo "
           "Una-Una, Sigi, Banggai Laut, Morowali Utara, Kota Palu"),
    _block("Sulawesi Selatan", "Sulsel", 40, 17, 5,
           "Kepulauan Selayar, Bulukumba, Bantaeng, Jeneponto, Takalar, Gowa, Sinjai, Maros, Pangkajene "
           "Dan Kepulauan, Barru, Bone, Soppeng, Wajo, Sidenreng Rappang, Pinrang, Enrekang, Luwu, Tana "
           "Toraja, Luwu Utara, Luwu Timur, Toraja Utara, Kota Makassar, Kota Parepare, Kota Palopo"),
    _block("Sulawesi Tenggara", "Sultra", 46, 15, 5,
           "Buton, Muna, Konawe, Kolaka, Konawe Selatan, Bombana, Wakatobi, Kolaka Utara, Buton Utara, "
           "Konawe Utara, Kolaka Timur, Konawe Kepulauan, Muna Barat, Buton Tengah, Buton Selatan, Kota "
           "Kendari, Kota Baubau"),
    _block("Gorontalo", "Gorontalo", 44, 3, 4,
           "Boalemo, Gorontalo, Pohuwato, Bone Bolango, Gorontalo Utara, Kota Gorontalo"),
    _block("Sulawesi Barat", "Sulbar", 40, 12, 3,
           "Majene, Polewali Mandar, Mamasa, Mamuju, Pasangkayu, Mamuju Tengah"),
    _block("Maluku", "Maluku", 56, 14, 4,
           "Maluku Tenggara Barat, Maluku Tenggara, Maluku Tengah, Buru, Kepulauan Aru, Seram Bagian "
           "Barat, Seram Bagian Timur, Maluku Barat Daya, Buru Selatan, Kota Ambon, Kota Tual"),
    _block("Maluku Utara", "Malut", 57, 5, 4,
           "Halmahera Barat, Halmahera Tengah, Kepulauan Sula, Halmahera Selatan, Halmahera Utara, "
           "Halmahera Timur, Pulau Morotai, Pulau Taliabu, Kota Ternate, Kota Tidore Kepulauan"),
    _block("Papua Barat", "Papua Barat", 65, 12, 4,
           "Fakfak, Kaimana, Teluk Wondama, Teluk Bintuni, Manokwari, Manokwari Selatan, Pegunungan "
           "Arfak"),
    _block("Papua Barat Daya", "Papua B. Daya", 62, 7, 4,
           "Raja Ampat, Sorong, Sorong Selatan, Maybrat, Tambrauw, Kota Sorong"),
    _block("Papua", "Papua", 71, 8, 4,
           "Jayapura, Kepulauan Yapen, Biak Numfor, Sarmi, Keerom, Waropen, Supiori, Mamberamo Raya, "
           "Kota Jayapura"),
    _block("Papua Selatan", "Papua Selatan", 76, 18, 4,
           "Merauke, Boven Digoel, Mappi, Asmat"),
    _block("Papua Tengah", "Papua Teng.", 70, 14, 4,
           "Mimika, Dogiyai, Deiyai, Nabire, Paniai, Intan Jaya, Puncak, Puncak Jaya"),
    _block("Papua Pegunungan", "Papua Peg.", 75, 12, 4,
           "Nduga, Jayawijaya, Lanny Jaya, Tolikara, Mamberamo Tengah, Yalimo, Yahukimo, Pegunungan "
           "Bintang"),
)
