"""Flask-Security's forms on our form base, with the lock-out before the password."""

# Both bases define validate; theirs names its arguments otherwise.
# mypy: disable-error-code="misc,override"

from __future__ import annotations

from functools import cache
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnDeleteForm,
    WebAuthnRegisterForm,
    WebAuthnSigninForm,
    WebAuthnVerifyForm,
    hash_password,
)
from flask_security.recovery_codes import MfRecoveryCodesForm
from flask_security.utils import verify_password
from wtforms import Form as WTForm
from wtforms import HiddenField, PasswordField, RadioField, SelectChoice, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired

from electsys.identity.models import Account
from electsys.identity.operations import locks
from electsys.identity.queries.accounts import by_identity
from electsys.identity.rules import minutes_left
from electsys.web.forms import Form


def told_to_wait(*keys: bytes) -> str | None:
    """What to tell somebody who tried too often, or None."""
    left = locks.wait(*keys)
    if left is None:
        return None
    return _("Terlalu banyak percobaan yang gagal. Coba lagi %(n)d menit lagi.", n=minutes_left(left))


@cache
def _nobodys_hash() -> str:
    """A hash to check against where there is no account, so that the answer takes as long."""
    return hash_password("nobody's password")


def _matches(account: Account | None, password: str) -> bool:
    """Whether the password is the account's. It costs the same time when there is no account."""
    if account is None or not account.password:
        verify_password(password, _nobodys_hash())
        return False
    return bool(account.verify_and_update_password(password))


class House(Form):
    """Our form base over one of Flask-Security's forms, whose own checks run as they are."""

    def validate(self, extra_validators: Any = None) -> bool:
        """What Flask-Security's form checks."""
        return bool(super(Form, self).validate())


class Login(House, LoginForm):
    """User name or e-mail address, and password."""

    email = StringField(
        _l("Nama pengguna atau email"), render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(_l("Kata sandi"), render_kw={"autocomplete": "current-password"})
    remember = None
    submit = SubmitField(_l("Masuk"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # Flask-Security puts a link there; ours stands under the form
        self.email.flags.required = self.password.flags.required = True  # checked below, as one answer

    def validate(self, extra_validators: Any = None) -> bool:
        """Lock-out first, then account and password together; every refusal takes the same time."""
        if not WTForm.validate(self):
            return False
        identity, password = (self.email.data or "").strip().lower(), self.password.data or ""
        if not identity or not password:
            self.form_errors.append(_("Isi nama pengguna dan kata sandi."))
            return False
        account = by_identity(identity)
        who: str | int = account.id if account else identity
        origin = request.remote_addr or ""
        matches = _matches(account, password)
        if wait := told_to_wait(locks.key("account", who), locks.key("origin", origin)):
            self.form_errors.append(wait)
            return False
        if account is None or not matches:
            locks.fail("account", who)
            locks.fail("origin", origin)
            self.form_errors.append(_("Nama pengguna atau kata sandi salah."))
            return False
        if not account.active:
            self.form_errors.append(_("Akun ini dinonaktifkan. Hubungi admin Anda."))
            return False
        locks.clear("account", account.id)
        self.user = account
        self.user_authenticated = True
        return True


class PasswordGuard(House):
    """A form that asks the password of whoever is logged in; guesses count as at the log-in."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Too many guesses wait."""
        if wait := told_to_wait(locks.key("account", current_user.id)):
            self.form_errors = [wait]
            return False
        return bool(super().validate())


class Verify(PasswordGuard, VerifyForm):
    """The password once more, before something that matters."""

    password = PasswordField(
        _l("Kata sandi"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    submit = SubmitField(_l("Lanjutkan"))


class ChangePassword(PasswordGuard, ChangePasswordForm):
    """The old password and twice the new one; an account with a passkey alone has no old one to give."""

    password = PasswordField(
        _l("Kata sandi sekarang"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    new_password = PasswordField(
        _l("Kata sandi baru"),
        [InputRequired()],
        description=_l("Paling sedikit 12 huruf. Rangkaian beberapa kata mudah diingat dan sulit ditebak."),
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        _l("Ulangi kata sandi baru"),
        [InputRequired(), EqualTo("new_password", _l("Kedua kata sandi belum sama."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(_l("Ganti kata sandi"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not current_user.password:  # the page does not show the field
            self.password.validators, self.password.flags.required = (), False

    def validate(self, extra_validators: Any = None) -> bool:
        """A wrong old password counts as a failed log-in: the page may stand open on somebody's desk."""
        valid = super().validate()
        old = self.password.data or ""
        if not valid and old and self.password.errors and not self.form_errors:
            current_user.track_failed_authn("password")
        return valid


class ForgotPassword(House, ForgotPasswordForm):
    """The address that a link is sent to; the answer does not tell whether it is known."""

    submit = SubmitField(_l("Kirim petunjuk"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = _("Alamat email akun Anda")

    def validate(self, extra_validators: Any = None) -> bool:
        """A few mails to one address, then a wait, whether it is known or not."""
        address = (self.email.data or "").strip().lower()
        if wait := told_to_wait(locks.key("mail", address)):
            self.form_errors = [wait]
            return False
        locks.fail("mail", address)
        return bool(super().validate())


class ResetPassword(House, ResetPasswordForm):
    """Twice the new password, after a link."""

    password = PasswordField(
        _l("Kata sandi baru"),
        [InputRequired()],
        description=_l("Paling sedikit 12 huruf. Rangkaian beberapa kata mudah diingat dan sulit ditebak."),
        render_kw={"autocomplete": "new-password"},
    )
    password_confirm = PasswordField(
        _l("Ulangi kata sandi baru"),
        [InputRequired(), EqualTo("password", _l("Kedua kata sandi belum sama."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(_l("Simpan kata sandi"))


class SetupAuthenticator(House, TwoFactorSetupForm):
    """Put up an authenticator app, or take it down."""

    setup = HiddenField()
    submit = SubmitField(_l("Lanjutkan"))


class Code(House, TwoFactorVerifyCodeForm):
    """The six digits of the authenticator app."""

    code = StringField(
        _l("Kode 6 angka"),
        [InputRequired()],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    submit = SubmitField(_l("Lanjutkan"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Codes are guessed too."""
        self.code.data = (self.code.data or "").replace(" ", "")
        if self.user is not None and (wait := told_to_wait(locks.key("code", self.user.id))):
            self.form_errors = [wait]
            return False
        valid = super().validate()
        if valid and self.user is not None:
            locks.clear("code", self.user.id)
        return valid


class RecoveryCode(House, MfRecoveryForm):
    """One of the recovery codes."""

    code = StringField(_l("Kode pemulihan"), [InputRequired()], render_kw={"autocomplete": "off"})
    submit = SubmitField(_l("Lanjutkan"))

    def validate(self, extra_validators: Any = None) -> bool:
        """As many guesses as at the other codes."""
        if self.user is None:
            return False
        if wait := told_to_wait(locks.key("code", self.user.id)):
            self.form_errors = [wait]
            return False
        valid = super().validate()
        if self.code.data and not valid:
            locks.fail("code", self.user.id)
        return valid


class RecoveryCodes(House, MfRecoveryCodesForm):
    """Show the recovery codes, or make new ones."""

    show_codes = SubmitField(_l("Tampilkan kode"))
    generate_new_codes = SubmitField(_l("Buat kode baru"))


class Ways(RadioField):
    """Choices that Flask-Security gives as pairs."""

    def iter_choices(self) -> Any:
        """Pairs as WTForms wants them now."""
        self._choices = [SelectChoice(*each) if isinstance(each, tuple) else each for each in self.choices]
        return super().iter_choices()


class Rescue(House, TwoFactorRescueForm):
    """Built by Flask-Security beside the code; our page links to the recovery codes instead."""

    help_setup = Ways(choices=[])


class SelectFactor(House, TwoFactorSelectForm):
    """Which second factor to use now."""

    which = Ways(_l("Cara memastikan bahwa ini Anda"))
    submit = SubmitField(_l("Lanjutkan"))


class RegisterPasskey(House, WebAuthnRegisterForm):
    """A name for a new passkey, and what it is for."""

    name = StringField(
        _l("Nama kunci sandi"),
        [InputRequired()],
        description=_l("Supaya Anda mengenalinya, misalnya: Laptop kantor."),
    )
    usage = RadioField(
        _l("Dipakai untuk"),
        choices=[
            SelectChoice("first", _l("masuk tanpa kata sandi")),
            SelectChoice("secondary", _l("faktor kedua sesudah kata sandi")),
        ],
        default="first",
    )
    submit = SubmitField(_l("Tambahkan kunci sandi"))


class DeletePasskey(House, WebAuthnDeleteForm):
    """Remove a passkey by its name."""

    submit = SubmitField(_l("Hapus"))


class SigninPasskey(House, WebAuthnSigninForm):
    """Log in with a passkey; the browser offers those that it has."""

    submit = SubmitField(_l("Pakai kunci sandi"))


class VerifyPasskey(House, WebAuthnVerifyForm):
    """A passkey once more, before something that matters."""

    submit = SubmitField(_l("Pakai kunci sandi"))


FORMS = {
    "login_form": Login,
    "verify_form": Verify,
    "change_password_form": ChangePassword,
    "forgot_password_form": ForgotPassword,
    "reset_password_form": ResetPassword,
    "two_factor_setup_form": SetupAuthenticator,
    "two_factor_verify_code_form": Code,
    "two_factor_rescue_form": Rescue,
    "two_factor_select_form": SelectFactor,
    "mf_recovery_form": RecoveryCode,
    "mf_recovery_codes_form": RecoveryCodes,
    "wan_register_form": RegisterPasskey,
    "wan_delete_form": DeletePasskey,
    "wan_signin_form": SigninPasskey,
    "wan_verify_form": VerifyPasskey,
}
