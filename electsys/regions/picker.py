"""The region picker: a field that takes a code or a name.

With JavaScript the field suggests while one types. Without, a name that fits several areas comes back as a
list to choose from, so that nobody needs to know a code.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from electsys.regions import queries, rules

#: Name of each level of the tree, in reading case.
LEVEL_NAMES = {
    0: _l("Nasional"),
    1: _l("Provinsi"),
    2: _l("Kabupaten/Kota"),
    3: _l("Kecamatan"),
    4: _l("Desa/Kelurahan"),
    5: _l("TPS"),
}


def words_for(found: queries.Found) -> str:
    """An area with its level and what lies above it: "Barus, Kecamatan (Tapanuli Tengah, Sumatera Utara)"."""
    from electsys.web.formats import title_region

    above = ", ".join(title_region(name) for name in found.above)
    words = f"{title_region(found.name)}, {LEVEL_NAMES[found.level]}"
    return f"{words} ({above})" if above else words


OPTION = Markup(
    '<div class="choice"><input type="radio" class="form-check-input" id="{id}-{code}" name="{name}-pilih"'
    ' value="{code}"> <label for="{id}-{code}">{words} <small>{code}</small></label></div>'
)
UNCLEAR = Markup(
    '<div class="picker">{}<fieldset class="field-choices"><legend>{}</legend>{}</fieldset></div>'
)


class RegionInput(TextInput):
    """The text field with what the script needs, and the areas to choose from where a name was unclear."""

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        kwargs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "data-regions": url_for("regions.search_json"),
            "data-level": field.level or "",
        }
        text = super().__call__(field, **kwargs)
        found: list[queries.Found] = field.unclear
        if not found:
            return Markup('<div class="picker">{}</div>').format(text)
        options = Markup("").join(
            OPTION.format(id=field.id, name=field.name, code=f.code, words=words_for(f)) for f in found
        )
        return UNCLEAR.format(text, _("Wilayah mana yang dimaksud?"), options)


class RegionField(StringField):
    """A region code; a name is looked up. ``level`` allows one level only; ``tps`` also a TPS's 13 digits.

    The data is the code, "" where the field is left empty.
    """

    widget = RegionInput()

    def __init__(self, *args: Any, level: int | None = None, tps: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level, self.tps = level, tps
        self.unclear: list[queries.Found] = []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        self.data = (valuelist[0] if valuelist else "").strip()

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """A choice from the list of unclear names wins over the text."""
        super().process(formdata, *args, **kwargs)
        chosen = formdata.get(f"{self.name}-pilih") if formdata else None
        if chosen:
            self.data = chosen

    def pre_validate(self, form: Any) -> None:
        """Turn a name into its code; raise ValidationError where that is not clear."""
        text = self.data or ""
        if not text:
            return
        code = rules.code_in(text)
        if code is not None and len(code) == 13 and self.tps:
            self.data = code
            return
        if code is not None:
            found = queries.region(code)
            if found is None or (self.level and found.level != self.level):
                raise ValidationError(
                    _("Wilayah dengan kode %(code)s tidak ada. Ketik namanya untuk mencari.", code=text)
                )
            self.data = code
            return
        self._look_up(text)

    def _look_up(self, text: str) -> None:
        found = queries.search(text, level=self.level, limit=8)
        words, _level = rules.split_query(text)
        # "tapteng barus" names the kecamatan Barus, not Barus Utara.
        exact = [
            f for f in found if rules.normalise(f.name) in {rules.normalise(text), " ".join(words), *words}
        ]
        if len(found) == 1 or len(exact) == 1:
            self.data = (exact or found)[0].code
            return
        self.unclear = found
        if found:
            raise ValidationError(_("Ada beberapa wilayah bernama serupa. Pilih satu dari daftar."))
        raise ValidationError(_("Tidak ada wilayah bernama “%(text)s”. Periksa ejaannya.", text=text[:60]))
