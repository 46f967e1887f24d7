# ruff: noqa: E501  (texts as they are typed)
"""What somebody types for one paper of each kind: the forms' own input, with invented people."""

from __future__ import annotations

from typing import Any

COMMON = {
    "sifat": "biasa",
    "kecepatan": "segera",
    "lampiran": "1 (satu) berkas",
    "hal": "Penyampaian jadwal rapat pleno",
    "yth": ["Ketua PPK se-Kabupaten Tapanuli Tengah", "Ketua Bawaslu Kabupaten Tapanuli Tengah"],
    "tembusan": ["Ketua KPU Provinsi Sumatera Utara", "Arsip"],
}
CHAIR = {"role": "Ketua Komisi Pemilihan Umum Kabupaten Tapanuli Tengah", "name": "Ani Contoh"}
SECRETARY = {
    "role": "Kepala Subbagian Hukum",
    "name": "Budi Contoh",
    "capacity": "u.b.",
    "on_behalf": "Sekretaris Komisi Pemilihan Umum Kabupaten Tapanuli Tengah",
}
#: Who signs, by kind; "" for all others.
SIGNERS: dict[str, list[dict[str, str]]] = {
    "": [CHAIR],
    "SD": [{"role": "Sekretaris", "name": "Citra Contoh", "capacity": "a.n.", "on_behalf": "Ketua KPU"}],
    "ND": [{"role": "Kepala Subbagian Teknis", "name": "Dedi Contoh", "capacity": "Plh."}],
    "ST": [SECRETARY],
    "BA": [CHAIR, *({"role": "Anggota", "name": f"{n} Contoh"} for n in ("Eka", "Fitri", "Gani", "Hana"))],
    "SKu": [
        {"role": "Penerima Kuasa", "name": "Indra Contoh"},
        {"role": "Pemberi Kuasa", "name": "Ani Contoh"},
    ],
    "PKS": [{"role": "Pihak Kedua", "name": "Joko Contoh"}, {"role": "Pihak Kesatu", "name": "Ani Contoh"}],
    "SP": [{"role": "Yang membuat pernyataan", "name": "Kiki Contoh"}],
    "Not": [{"role": "Notulis", "name": "Lina Contoh"}, {"role": "Pimpinan rapat", "name": "Ani Contoh"}],
}
PERSON = "Nama: {}\nNIP: 19800101 200501 1 001\nJabatan: {}\nAlamat: Jalan Contoh Nomor 2, Pandan"
LONG = (
    "bahwa pemungutan suara ulang di 3 (tiga) TPS pada Kecamatan Barus dilaksanakan paling lama 10 (sepuluh) "
    "hari setelah hari pemungutan suara, sehingga diperlukan langkah persiapan logistik dan badan ad hoc"
)

EXAMPLES: dict[str, dict[str, Any]] = {
    "PKPU": {
        "title": "Tata Naskah Dinas Panitia Pemilihan",
        "menimbang": f"{LONG};\nbahwa berdasarkan pertimbangan tersebut perlu menetapkan Peraturan.",
        "mengingat": "Undang-Undang Nomor 7 Tahun 2017;\nPeraturan KPU Nomor 2 Tahun 2021.",
        "articles": (
            "BAB I\n\nKetentuan Umum\n\nPasal 1\n\nDalam Peraturan ini yang dimaksud dengan:\n\n"
            "1. Naskah Dinas adalah informasi tertulis sebagai alat komunikasi kedinasan.\n\n"
            "2. Arsip adalah rekaman kegiatan dalam berbagai bentuk dan media.\n\n"
            "BAB II\n\nJenis Naskah Dinas\n\nBagian Kesatu\n\nUmum\n\nPasal 2\n\n"
            "(1) Naskah Dinas terdiri atas:\n\na. naskah dinas arahan;\n\nb. naskah dinas lain; dan\n\n"
            "c. naskah dinas khusus.\n\n(2) Naskah Dinas ditetapkan oleh pejabat yang berwenang.\n\n"
            "Pasal 3\n\nPeraturan ini mulai berlaku pada tanggal diundangkan."
        ),
        "place": "Jakarta",
    },
    "Kpt": {
        "title": "Penetapan Jadwal Pemungutan Suara Ulang",
        "menimbang": f"{LONG};\nbahwa perlu menetapkan Keputusan.",
        "mengingat": "Undang-Undang Nomor 7 Tahun 2017;\nPeraturan KPU Nomor 25 Tahun 2023.",
        "memperhatikan": "Berita Acara Nomor 11/PL.01.8-BA/1201/2024.",
        "diktum": "Menetapkan jadwal pemungutan suara ulang.\nBiaya dibebankan pada anggaran.\n"
        "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
        "place": "Pandan",
        "attachment_title": "Jadwal pemungutan suara ulang",
        "attachment_table": "TPS; Tanggal\n001 Pasar Terandam; 24 Februari 2024\n002 Kedai Gedang; 24 Februari 2024",
    },
    "Ins": {
        "title": "Pengamanan Kotak Suara",
        "menimbang": f"{LONG}.",
        "mengingat": "Undang-Undang Nomor 7 Tahun 2017;\nPeraturan KPU Nomor 5 Tahun 2024.",
        "kepada": "Ketua PPK se-Kabupaten Tapanuli Tengah;\nKetua PPS se-Kabupaten Tapanuli Tengah.",
        "diktum": "Menjaga kotak suara tetap tersegel sampai rekapitulasi.\nMelaporkan setiap kejadian khusus.",
        "place": "Pandan",
    },
    "SOP": {
        "title": "Penerimaan Surat Masuk",
        "unit_kerja": "Subbagian Umum dan Logistik",
        "tanggal_efektif": "2024-03-11",
        "dasar_hukum": "Peraturan KPU Nomor 2 Tahun 2021;\nKeputusan KPU Nomor 57 Tahun 2022.",
        "kualifikasi": "Memahami tata naskah dinas;\nMampu memakai komputer.",
        "peralatan": "Komputer dan pemindai;\nLembar disposisi.",
        "peringatan": "Surat yang tidak dicatat pada hari diterima dapat terlambat ditindaklanjuti.",
        "langkah": "Kegiatan\tPelaksana\tWaktu\nMenerima dan memeriksa surat\tPetugas persuratan\t5 menit\n"
        "Mencatat dan memindai\tPetugas persuratan\t10 menit\nMemberi disposisi\tSekretaris\t1 hari",
        "place": "Pandan",
    },
    "SE": {
        "title": "Pemakaian Tanda Tangan Elektronik",
        "latar": "Naskah dinas kini ditandatangani secara elektronik di semua satuan kerja.",
        "maksud": "Surat edaran ini menjadi pedoman bagi satuan kerja.",
        "dasar": "Undang-Undang Nomor 11 Tahun 2008;\nPeraturan KPU Nomor 2 Tahun 2021.",
        "isi": "Setiap pejabat memakai sertifikat elektronik miliknya sendiri.\n\n"
        "Sertifikat tidak boleh dipinjamkan kepada siapa pun.",
        "penutup": "Demikian untuk dilaksanakan.",
        "place": "Pandan",
    },
    "ST": {
        "title": "Pengawasan distribusi logistik",
        "dasar": "Surat Ketua KPU Provinsi Sumatera Utara tanggal 1 Maret 2024.",
        "petugas": "Nama|Jabatan\nMira Contoh|Staf Subbagian Logistik\nNano Contoh|Staf Subbagian Hukum",
        "untuk": "Mengawasi distribusi logistik di Kecamatan Barus;\nMelaporkan hasilnya paling lambat 9 Maret 2024.",
        "place": "Pandan",
    },
    "ND": {
        "title": "Permintaan data TPS",
        "dari": "Kepala Subbagian Teknis",
        "paragraphs": "Sehubungan dengan persiapan pemungutan suara ulang, mohon data TPS terlampir diperiksa.\n\n"
        "Atas perhatian Saudara, diucapkan terima kasih.",
    },
    "SD": {
        "title": "Penyampaian jadwal rapat pleno",
        "place": "Pandan",
        "di": "Tempat",
        "paragraphs": f"Disampaikan dengan hormat {LONG}.\n\nBerkenaan dengan hal tersebut, jadwal sebagai berikut:",
        "tabel": "Kecamatan; Hari; Pukul\nBarus; Senin, 4 Maret 2024; 09.00 WIB\nSorkam; Selasa, 5 Maret 2024; 09.00 WIB",
        "penutup": "Demikian disampaikan, atas perhatiannya diucapkan terima kasih.",
    },
    "Und": {
        "title": "Undangan rapat pleno terbuka",
        "place": "Pandan",
        "pembuka": "Mengharap kehadiran Bapak/Ibu pada rapat pleno terbuka yang dilaksanakan pada:",
        "hari": "Senin, 4 Maret 2024",
        "waktu": "Pukul 09.00 WIB sampai selesai",
        "tempat": "Aula KPU Kabupaten Tapanuli Tengah",
        "acara": "Rekapitulasi hasil penghitungan perolehan suara",
        "penutup": "Demikian undangan ini disampaikan.",
    },
    "BA": {
        "title": "Rekapitulasi Hasil Penghitungan Perolehan Suara",
        "opening": "Pada hari ini Senin tanggal empat bulan Maret tahun dua ribu dua puluh empat telah dilaksanakan "
        "rapat pleno terbuka rekapitulasi hasil penghitungan perolehan suara.",
        "paragraphs": "Rapat dihadiri saksi dan Bawaslu.\n\nTidak ada keberatan yang belum diselesaikan.",
        "table": "Pasangan calon; Suara sah\n01; 112.904\n02; 98.115\nJumlah; 211.019",
    },
    "PKS": {
        "title": "Pemanfaatan Aula untuk Rapat Pleno",
        "pembuka": "Pada hari ini Senin tanggal empat bulan Maret tahun dua ribu dua puluh empat, kami:",
        "pihak_pertama": PERSON.format("Ani Contoh", "Ketua"),
        "pihak_kedua": PERSON.format("Joko Contoh", "Direktur"),
        "articles": "Pasal 1\n\nPIHAK KEDUA menyediakan aula bagi PIHAK KESATU.\n\nPasal 2\n\n"
        "(1) Perjanjian berlaku 1 (satu) tahun.\n\n(2) Perjanjian dapat diperpanjang.",
    },
    "SKu": {
        "title": "Kuasa menghadiri sidang",
        "pemberi": PERSON.format("Ani Contoh", "Ketua"),
        "penerima": PERSON.format("Indra Contoh", "Kepala Subbagian Hukum"),
        "untuk": "Mewakili pemberi kuasa pada sidang penyelesaian sengketa proses pemilu di Bawaslu.",
        "penutup": "Demikian surat kuasa ini dibuat untuk dipergunakan sebagaimana mestinya.",
        "place": "Pandan",
    },
    "SK": {
        "title": "Keterangan penyelenggara",
        "pejabat": PERSON.format("Ani Contoh", "Ketua"),
        "subjek": PERSON.format("Oki Contoh", "Anggota PPS Pasar Terandam"),
        "paragraphs": "yang bersangkutan adalah anggota PPS pada Pemilihan Umum Tahun 2024.",
        "penutup": "Demikian surat keterangan ini dibuat.",
        "place": "Pandan",
    },
    "SP": {
        "title": "Pernyataan tidak menjadi anggota partai",
        "pembuat": PERSON.format("Kiki Contoh", "Calon anggota KPPS"),
        "paragraphs": "menyatakan dengan sebenarnya bahwa saya tidak menjadi anggota partai politik.\n\n"
        "Demikian pernyataan ini dibuat dengan sebenarnya.",
        "place": "Pandan",
    },
    "Pu": {
        "title": "Hasil Seleksi Anggota PPK",
        "paragraphs": "Berdasarkan hasil seleksi, dengan ini diumumkan nama-nama yang dinyatakan lulus:",
        "tabel": "Nama; Kecamatan\nPutri Contoh; Barus\nQori Contoh; Sorkam",
        "place": "Pandan",
    },
    "Lap": {
        "title": "Pelaksanaan Bimbingan Teknis KPPS",
        "pendahuluan": "Bimbingan teknis dilaksanakan untuk menyiapkan KPPS.",
        "kegiatan": "Kegiatan berlangsung 3 (tiga) hari di aula KPU.",
        "hasil": "Seluruh peserta memahami pengisian formulir.",
        "tabel": "Kecamatan; Peserta\nBarus; 120\nSorkam; 98",
        "kesimpulan": "Bimbingan teknis perlu diulang menjelang hari pemungutan suara.",
        "place": "Pandan",
    },
    "TS": {
        "title": "Penempatan TPS Lokasi Khusus",
        "persoalan": "Lembaga pemasyarakatan memerlukan TPS lokasi khusus.",
        "praanggapan": "Jumlah warga binaan tetap sampai hari pemungutan suara.",
        "fakta": "Terdapat 412 pemilih yang memenuhi syarat.",
        "analisis": "Satu TPS memuat paling banyak 300 pemilih, sehingga diperlukan 2 TPS.",
        "kesimpulan": "Diperlukan 2 TPS lokasi khusus.",
        "saran": "Menetapkan 2 TPS lokasi khusus dalam rapat pleno.",
        "place": "Pandan",
    },
    "Not": {
        "title": "Rapat persiapan pleno",
        "rapat": "Persiapan rapat pleno terbuka",
        "hari": "Jumat, 1 Maret 2024",
        "waktu": "Pukul 14.00 sampai 15.30 WIB",
        "tempat": "Ruang rapat KPU",
        "pimpinan": "Ani Contoh",
        "notulis": "Lina Contoh",
        "peserta": "Anggota KPU (5 orang)\nKepala subbagian (4 orang)",
        "jalannya": "Rapat dibuka pukul 14.00 WIB.\n\nPeserta membahas tata letak aula dan undangan.",
        "keputusan": "Undangan dikirim 2 Maret 2024.\nAula siap 3 Maret 2024.",
    },
}
