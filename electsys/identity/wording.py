"""Words of this room that come from elsewhere: Flask-Security's messages, states, verbs of the trail."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security.babel import FsDomain

#: What Flask-Security says in English, in our words. Only what its enabled pages can say stands here;
#: tests/identity/test_wording.py keeps it complete.
SAID: dict[str, Any] = {
    "Input not appropriate for requested API": _l("Isian ini tidak dapat dibaca. Mulai lagi dari awal."),
    "Authentication failed - identity or password/passcode invalid": _l(
        "Nama pengguna atau kata sandi salah."
    ),
    "If that email address is in our system, you will receive an email describing how to reset your "
    "password.": _l("Bila alamat email itu terdaftar, petunjuk mengganti kata sandi dikirim ke sana."),
    "You do not have permission to view this resource.": _l("Anda tidak berwenang membuka halaman ini."),
    "You must sign in to view this resource.": _l("Masuk dulu untuk membuka halaman ini."),
    "You must reauthenticate to access this endpoint": _l(
        "Demi keamanan, isi sekali lagi kata sandi Anda sebelum melanjutkan."
    ),
    "Password does not match": _l("Kata sandi tidak cocok."),
    "Passwords do not match": _l("Kedua kata sandi belum sama."),
    "Redirections outside the domain are forbidden": _l("Alamat tujuan itu bukan bagian dari situs ini."),
    "Recovery code invalid": _l("Kode pemulihan salah atau sudah dipakai."),
    "No recovery codes generated yet": _l("Anda belum membuat kode pemulihan."),
    "Instructions to reset your password have been sent to %(email)s.": _l(
        "Bila alamat email itu terdaftar, petunjuk mengganti kata sandi dikirim ke sana."
    ),
    "You did not reset your password within %(within)s. ": _l(
        "Tautan ganti kata sandi hanya berlaku %(within)s. Minta tautan baru."
    ),
    "Invalid reset password token.": _l("Tautan ganti kata sandi ini tidak berlaku. Minta tautan baru."),
    "Account is disabled.": _l("Akun ini dinonaktifkan. Hubungi admin Anda."),
    "Email not provided": _l("Isi alamat email."),
    "Invalid email address": _l("Isi dengan alamat email, misalnya nama@contoh.go.id."),
    "Invalid code": _l("Kode salah atau sudah kedaluwarsa. Isi kode yang sedang tampil di aplikasi."),
    "Value entered is not valid for the field": _l("Isian ini tidak sesuai bentuk yang diminta."),
    "Password not provided": _l("Isi kata sandi."),
    "Password must be at least %(length)s characters": _l("Kata sandi paling sedikit %(length)s huruf."),
    "Specified user does not exist": _l("Nama pengguna atau kata sandi salah."),
    "Invalid password": _l("Kata sandi salah."),
    "Forgot password?": _l("Lupa kata sandi?"),
    "You successfully reset your password. Please authenticate using your new password.": _l(
        "Kata sandi sudah diganti. Masuk dengan kata sandi yang baru."
    ),
    "Your new password must be different than your previous password.": _l(
        "Kata sandi baru harus berbeda dari yang lama."
    ),
    "You successfully changed your password.": _l(
        "Kata sandi sudah diganti. Sesi Anda di perangkat lain sudah diakhiri."
    ),
    "Reauthentication successful": _l("Terima kasih. Anda dapat melanjutkan."),
    "You can only access this endpoint when not logged in.": _l("Anda sudah masuk."),
    "Your code has been confirmed": _l("Kode benar."),
    "You successfully changed your two-factor method.": _l("Aplikasi autentikator sudah dipasang."),
    "You currently do not have permissions to access this page": _l(
        "Langkah masuk ini sudah kedaluwarsa. Mulai lagi dari nama pengguna dan kata sandi."
    ),
    "Marked method is not valid": _l("Pilih salah satu cara dari daftar."),
    "You successfully disabled two-factor authorization.": _l("Aplikasi autentikator sudah dilepas."),
    "Setup must be completed within %(within)s. Please start over.": _l(
        "Pemasangan harus selesai dalam %(within)s. Mulai lagi."
    ),
    "Passkey operations must be completed within %(within)s. Please start over.": _l(
        "Langkah kunci sandi harus selesai dalam %(within)s. Mulai lagi."
    ),
    "Nickname for new passkey is required.": _l("Beri nama untuk kunci sandi ini."),
    "%(name)s is already associated with a passkey.": _l("Nama %(name)s sudah dipakai kunci sandi lain."),
    "%(name)s not registered with current user.": _l("Kunci sandi %(name)s tidak ada."),
    "Passkey nicknames can contain only letters, numbers, and limited punctuation.": _l(
        "Nama kunci sandi hanya boleh berisi huruf, angka, spasi, tanda hubung, dan garis bawah."
    ),
    "Successfully deleted the passkey with name: %(name)s": _l("Kunci sandi %(name)s sudah dihapus."),
    "Successfully added the passkey with name: %(name)s": _l("Kunci sandi %(name)s sudah ditambahkan."),
    "Passkey already registered.": _l("Kunci sandi ini sudah terdaftar."),
    "Unregistered passkey.": _l("Kunci sandi ini tidak terdaftar di sini."),
    "Passkey doesn't belong to any user.": _l("Kunci sandi ini tidak terdaftar di sini."),
    "Could not verify passkey: %(cause)s.": _l("Kunci sandi tidak dapat diperiksa. Coba lagi."),
    "Passkey not registered for this use (first or secondary)": _l(
        "Kunci sandi ini tidak didaftarkan untuk keperluan ini."
    ),
    "Credential user handle didn't match": _l("Kunci sandi ini milik akun lain."),
    "authenticator": _l("aplikasi autentikator"),
    "passkey": _l("kunci sandi"),
    "none": _l("belum ada"),
    "Password reset instructions": _l("Petunjuk mengganti kata sandi"),
    "Your password has been reset": _l("Kata sandi Anda sudah diganti"),
    "Your password has been changed": _l("Kata sandi Anda sudah diganti"),
}


class Words(FsDomain):
    """Flask-Security's messages by way of our own catalogue."""

    def gettext(self, string: str, **variables: Any) -> str:
        """The message in the reader's language."""
        return str(SAID.get(str(string), string)) % variables if variables else str(SAID.get(string, string))


#: Why a session ended.
ENDED = {
    "keluar": _l("keluar"),
    "dicabut": _l("diakhiri"),
    "sandi": _l("kata sandi diganti"),
    "nonaktif": _l("akun dinonaktifkan"),
    "kedaluwarsa": _l("habis waktunya"),
}

#: What :func:`electsys.identity.queries.roles.explain` found.
VERDICTS = {
    "memberi": _l("memberi hak ini"),
    "isi": _l("peran ini tidak berisi hak itu"),
    "wilayah": _l("wilayahnya lain"),
    "partai": _l("terikat pada partai lain"),
    "pemilu": _l("terikat pada pemilu lain"),
    "belum": _l("belum mulai berlaku"),
    "berakhir": _l("sudah berakhir"),
    "nonaktif": _l("akun dinonaktifkan"),
}

CONFLICTS = {
    "nama": _l("nama"),
    "tanggal_lahir": _l("tanggal lahir"),
    "jenis_kelamin": _l("jenis kelamin"),
}
CONFLICT_STATES = {
    "terbuka": _l("menunggu keputusan"),
    "sama": _l("satu orang"),
    "berbeda": _l("dua orang"),
}

VERBS = {
    "identity:account:create": _l("membuat akun"),
    "identity:account:first": _l("membuat akun pertama"),
    "identity:account:update": _l("mengubah data akun"),
    "identity:account:disable": _l("menonaktifkan akun"),
    "identity:account:enable": _l("mengaktifkan akun kembali"),
    "identity:account:unlock": _l("membuka kunci akun"),
    "identity:account:password": _l("mengganti kata sandi"),
    "identity:account:activate": _l("mengaktifkan akun dengan kata sandi pertama"),
    "identity:account:reset_factors": _l("menghapus faktor kedua akun"),
    "identity:account:factor": _l("mengubah faktor kedua"),
    "identity:account:bulk": _l("membuat akun dari berkas"),
    "identity:activation:issue": _l("menerbitkan lembar aktivasi"),
    "identity:session:start": _l("masuk"),
    "identity:session:end": _l("mengakhiri sesi"),
    "identity:session:lock": _l("akun terkunci karena gagal berulang"),
    "identity:grant:give": _l("memberi hak"),
    "identity:grant:end": _l("mengakhiri hak"),
    "identity:role:seed": _l("memasang peran bawaan"),
    "identity:role:create": _l("membuat peran"),
    "identity:role:change": _l("mengubah isi peran"),
    "identity:person:create": _l("mencatat orang"),
    "identity:conflict:open": _l("mencatat benturan identitas"),
    "identity:conflict:decide": _l("memutus benturan identitas"),
    "identity:person:merge": _l("menggabungkan dua catatan orang"),
    "identity:person:split": _l("membatalkan penggabungan orang"),
}
