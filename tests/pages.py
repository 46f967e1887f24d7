"""A test client that reads every HTML page as a strict reader would, and counts queries.

The fixture ``client`` is one. What it finds wrong with a page fails the test that opened it; ``check=False``
opens a page unread. A POST carries a valid CSRF token unless ``csrf=False``.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

#: Errors of the parser that say nothing about our pages.
TOLERATED = {"non-void-element-with-trailing-solidus"}
SVG = "{http://www.w3.org/2000/svg}"
HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Request-ID",
)
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|%\(\w+\)[sd]|lazy_gettext|<flask_babel|\bUndefined\b")
LABELLED = {
    "text",
    "search",
    "email",
    "password",
    "number",
    "tel",
    "url",
    "date",
    "time",
    "file",
    "checkbox",
    "radio",
}


class Html:
    """A parsed page."""

    def __init__(self, text: str) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.root: Element = parser.parse(text)
        for element in self.root.iter():
            if isinstance(element.tag, str):
                element.tag = element.tag.removeprefix(SVG)
        self.errors = [
            f"line {position[0]}: {code} {values or ''}"
            for position, code, values in parser.errors
            if code not in TOLERATED
        ]
        self.parents = {child: parent for parent in self.root.iter() for child in parent}

    def all(self, *tags: str) -> list[Element]:
        """Elements with one of these tags, in the order of the page."""
        return [e for e in self.root.iter() if isinstance(e.tag, str) and (not tags or e.tag in tags)]

    def one(self, tag: str) -> Element:
        """The only element with this tag."""
        found = self.all(tag)
        assert len(found) == 1, f"{len(found)} elements <{tag}>"
        return found[0]

    def by_id(self, name: str) -> Element | None:
        """The element with an id."""
        return next((e for e in self.all() if e.get("id") == name), None)

    def with_class(self, name: str) -> list[Element]:
        """Elements of a class."""
        return [e for e in self.all() if name in (e.get("class") or "").split()]

    def text(self, element: Element | None = None) -> str:
        """What a reader reads, blanks made single."""
        return " ".join("".join((self.root if element is None else element).itertext()).split())

    def within(self, element: Element, tag: str) -> bool:
        """Whether an element lies inside one with this tag."""
        while (element := self.parents.get(element)) is not None:  # type: ignore[assignment]
            if element.tag == tag:
                return True
        return False

    def form(self, which: str | int = 0) -> Element:
        """The form with this id or action, or the n-th that posts."""
        forms = self.all("form")
        if isinstance(which, str):
            return next(
                f for f in forms if f.get("id") == which or urlsplit(f.get("action", "")).path == which
            )
        own = [f for f in forms if (f.get("method") or "get").lower() == "post" and self._in_main(f)]
        return own[which]

    def _in_main(self, element: Element) -> bool:
        return self.within(element, "main")

    def values(self, form: Element) -> dict[str, Any]:
        """What a browser would send of a form as it stands."""
        sent: dict[str, Any] = {}

        def put(name: str | None, value: str) -> None:
            if name:
                sent.setdefault(name, []).append(value)

        for e in form.iter():
            if e.tag == "input" and e.get("disabled") is None:
                kind = (e.get("type") or "text").lower()
                if kind in ("checkbox", "radio"):
                    if e.get("checked") is not None:
                        put(e.get("name"), e.get("value", "on"))
                elif kind not in ("submit", "file", "button", "image"):
                    put(e.get("name"), e.get("value", ""))
            elif e.tag == "textarea":
                put(e.get("name"), (e.text or "").lstrip("\n"))
            elif e.tag == "select":
                options = list(e.iter("option"))
                chosen = [o for o in options if o.get("selected") is not None] or (
                    options[:1] if e.get("multiple") is None else []
                )
                for option in chosen:
                    put(e.get("name"), option.get("value", option.text or ""))
        return {k: v[0] if len(v) == 1 else v for k, v in sent.items()}


def faults(page: Html, nonce: str | None, url_map: Any = None) -> list[str]:
    """Everything that is wrong with a page, in words."""
    found = list(page.errors)
    say = found.append
    html = page.one("html")
    if html.get("lang") not in ("id", "en"):
        say("no language")
    title = " ".join(page.text(e) for e in page.all("title") if page.within(e, "head"))
    if len(title.replace("· electsys", "").strip()) < 3:
        say(f"no title: {title!r}")
    if len(page.all("h1")) != 1:
        say(f"{len(page.all('h1'))} h1")
    if len(page.all("main")) != 1:
        say(f"{len(page.all('main'))} main")
    ids = Counter(e.get("id") for e in page.all() if e.get("id") is not None)
    found += [f"id {i!r} stands {n} times" for i, n in ids.items() if n > 1]
    if "" in ids:
        say("an empty id")
    found += _headings(page) + _references(page, set(ids)) + _fields(page) + _forms(page) + _tables(page)
    found += _inline(page, nonce) + _links(page, url_map)
    if hit := PLACEHOLDER.search(_visible(page)):
        say(f"a placeholder shows: {hit[0]!r}")
    found += [f"<{e.tag}> says None" for e in page.all() if (e.text or "").strip() == "None"]
    return found


def _visible(page: Html) -> str:
    return " ".join(
        [
            t
            for e in page.all()
            if e.tag not in ("script", "style", "code", "pre")
            for t in (e.text or "", e.tail or "")
        ]
    )


def _headings(page: Html) -> list[str]:
    last, wrong = 0, []
    for e in page.all("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(e.tag[1])
        if level > last + 1 and not (last == 0 and level == 2):
            wrong.append(f"h{level} after h{last}: {page.text(e)!r}")
        if not page.text(e):
            wrong.append(f"an empty h{level}")
        last = level
    return wrong


def _references(page: Html, ids: set[str | None]) -> list[str]:
    wrong = []
    for e in page.all():
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"):
            if name == "form" and e.tag == "form":
                continue
            missing = [i for i in (e.get(name) or "").split() if i not in ids]
            wrong += [f"<{e.tag} {name}> names {i!r}, which is not there" for i in missing]
    return wrong


def _name(page: Html, e: Element) -> bool:
    if e.get("aria-label") or e.get("aria-labelledby") or e.get("title"):
        return True
    return any(x.tag == "img" and x.get("alt") for x in e.iter()) or bool(page.text(e))


def _fields(page: Html) -> list[str]:
    labels = {e.get("for") for e in page.all("label")}
    wrong = []
    for e in page.all("input", "select", "textarea"):
        kind = (e.get("type") or "text").lower() if e.tag == "input" else e.tag
        if kind not in LABELLED | {"select", "textarea"}:
            continue
        if not (
            e.get("aria-label")
            or e.get("aria-labelledby")
            or e.get("id") in labels
            or page.within(e, "label")
        ):
            wrong.append(f"<{e.tag} name={e.get('name')!r}> has no label")
    wrong += ["a button without a name" for e in page.all("button") if not _name(page, e)]
    wrong += [f"button {page.text(e)!r} has no type" for e in page.all("button") if not e.get("type")]
    wrong += [f"an image without alt: {e.get('src')}" for e in page.all("img") if e.get("alt") is None]
    return wrong


def _forms(page: Html) -> list[str]:
    wrong = []
    for e in page.all("form"):
        if not e.get("action"):
            wrong.append("a form without an action")
        # A form with a prefix has it before the name of its token too; Flask-WTF takes either.
        if (e.get("method") or "get").lower() == "post" and not any(
            (i.get("name") or "").endswith("csrf_token") and i.get("value") for i in e.iter("input")
        ):
            wrong.append(f"the form to {e.get('action')} has no CSRF token")
    return wrong


def _tables(page: Html) -> list[str]:
    wrong = []
    for table in page.all("table"):
        if not any(c.tag == "caption" and page.text(c) for c in table):
            wrong.append("a table without a caption")
        wrong += [
            f"<th> {page.text(th)!r} has no scope" for th in table.iter("th") if th.get("scope") is None
        ]
    return wrong


def _inline(page: Html, nonce: str | None) -> list[str]:
    wrong = ["a <style> element" for _ in page.all("style")]
    for e in page.all():
        if e.get("style") is not None:
            wrong.append(f"<{e.tag}> has an inline style: {e.get('style')}")
        wrong += [
            f"<{e.tag}> has a handler {a}" for a in e.attrib if isinstance(a, str) and a.startswith("on")
        ]
        if any((e.get(a) or "").strip().lower().startswith("javascript:") for a in ("href", "src", "action")):
            wrong.append(f"<{e.tag}> runs a javascript: address")
    wrong += [
        "a script without the nonce" for e in page.all("script") if not nonce or e.get("nonce") != nonce
    ]
    return wrong


def _links(page: Html, url_map: Any) -> list[str]:
    wrong = []
    ids = {e.get("id") for e in page.all()}
    for e in page.all("a"):
        if page.within(e, "svg") or e.get("href") is None:
            continue
        href = e.get("href") or ""
        if not href or href == "#":
            wrong.append(f"the link {page.text(e)!r} leads nowhere")
            continue
        if not _name(page, e):
            wrong.append(f"the link to {href} has no name")
        if href.startswith("#") and href[1:] not in ids:
            wrong.append(f"no place {href} on the page")
        if refusal := _answers(url_map, href, "GET"):
            wrong.append(f"the link {page.text(e)!r} to {href} answers {refusal}")
    for e in page.all("form"):
        method, action = (e.get("method") or "get").upper(), e.get("action") or ""
        if refusal := _answers(url_map, action, method):
            wrong.append(f"the form to {action} ({method}) is answered {refusal}")
    return wrong


def _answers(url_map: Any, address: str, method: str) -> int | None:
    """The status that says that nothing of ours stands at the address; None where something does."""
    if url_map is None or not address.startswith("/"):
        return None
    try:
        url_map.bind("localhost").match(urlsplit(address).path, method=method)
    except RequestRedirect:
        return None
    except HTTPException as error:
        return error.code
    return None


def is_page(response: TestResponse) -> bool:
    """Whether a browser would show the answer as a page.

    What is handed over as a file says so in its headers; ``is_streamed`` says nothing here, since
    every answer that a test client gives is an iterator.
    """
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 307, 308):
        return False
    return "attachment" not in response.headers.get("Content-Disposition", "") and bool(response.data)


class PageClient(FlaskClient):
    """A client that reads what it is given."""

    def open(self, *args: Any, check: bool = True, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request; read the answer if it is a page.

        Requests of one test share its app context; what an earlier one left in ``g`` is gone first.
        """
        if g:
            g.__dict__.clear()
        if csrf and kwargs.get("method", "GET") in ("POST", "PUT", "PATCH", "DELETE"):
            kwargs["headers"] = {"X-CSRFToken": self._token(), **dict(kwargs.get("headers") or {})}
        response = super().open(*args, **kwargs)
        if check:
            self.read(response)
        return response

    def read(self, response: TestResponse) -> None:
        """Fail with all that is wrong with the answer."""
        missing = [name for name in HEADERS if name not in response.headers]
        assert not missing, f"{response.request.path}: no header {missing}"
        if not is_page(response):
            return
        policy = response.headers["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        wrong = faults(Html(response.text), nonce[1] if nonce else None, self.application.url_map)
        assert not wrong, f"{response.request.path} ({response.status_code}):\n  " + "\n  ".join(wrong)

    def submit(self, page: TestResponse, which: str | int = 0, **values: Any) -> TestResponse:
        """Send a form of a page as a person would: its own values and token, some of them changed."""
        html = Html(page.text)
        form = html.form(which)
        known = {e.get("name") for e in form.iter() if e.tag in ("input", "select", "textarea", "button")}
        unknown = sorted(set(values) - known)
        assert not unknown, f"the form has no field {unknown}"
        data = html.values(form) | {k: v for k, v in values.items() if v is not None}
        for name in [k for k, v in values.items() if v is None]:
            data.pop(name, None)
        multipart = form.get("enctype") == "multipart/form-data"
        return self.post(
            form.get("action"),
            data=data,
            csrf=False,
            content_type="multipart/form-data" if multipart else None,
        )

    def _token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha256(b"tests").hexdigest())
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)  # type: ignore[arg-type]


@contextmanager
def count_queries(most: int) -> Iterator[list[str]]:
    """Fail when the block sends more than ``most`` statements; the session's own bookkeeping is free."""
    sent: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if (
            not statement.lstrip()
            .upper()
            .startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT SET_CONFIG"))
        ):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(sent) <= most, f"{len(sent)} queries, at most {most}:\n" + "\n".join(s[:200] for s in sent)
