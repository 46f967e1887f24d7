"""The browser harness: the system's Chromium, pictures of pages, axe, and pages that must not complain."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (360, 1366)
HEIGHT = 768
#: What axe is asked for: the rules of WCAG 2.2 AA, and of its answer only what is wrong. Contrast is asked
#: for by ``contrast.js``.
RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "rules": {"color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
}
#: In the dark nothing changes but colours (``prefers-color-scheme`` sets no other property here).
COLOURS: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["link-in-text-block"]},
    "resultTypes": ["violations"],
}
#: What is wrong by some rules, and by how much the page is wider than the screen.
ASK = """rules => axe.run(document, rules).then(found =>
    [found.violations, document.documentElement.scrollWidth - window.innerWidth])"""
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
#: Looks of texts that axe has judged to have contrast enough, on any page of this run.
_judged: set[str] = set()
SERIOUS = ("serious", "critical")
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "screenshots"


def why_not() -> str | None:
    """Why no browser can be started here, or None."""
    if CHROMIUM is None:
        return "no Chromium on this machine (Debian: apt-get install chromium)"
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as missing:
        return f"{missing.name} is not installed"
    return None


def watch(page: Any) -> list[str]:
    """Collect what a page complains about: faults of scripts and breaches of its own policy."""
    complaints: list[str] = []

    def heard(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def axe(page: Any, *, widths: tuple[int, ...] = WIDTHS, dark: bool = True) -> None:
    """Fail on anything serious at each width, and once more in the dark; nor may the page scroll sideways."""
    from axe_playwright_python.base import AXE_SCRIPT

    looks = [(width, "light", RULES) for width in widths]
    looks += [(widths[-1], "dark", COLOURS)] if dark else []
    if not page.evaluate("typeof window.axe?.run === 'function'"):
        page.evaluate(AXE_SCRIPT)
    for width, scheme, rules in looks:
        _resize(page, width)
        if scheme == "dark":
            page.emulate_media(color_scheme="dark")
        found, beyond = page.evaluate(ASK, rules)
        contrast = page.evaluate(CONTRAST, sorted(_judged))
        _judged.update(contrast["judged"])
        serious = [
            f"{v['id']} ({v['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for v in found + contrast["violations"]
            if v["impact"] in SERIOUS
            for node in v["nodes"][:5]
        ]
        if beyond > 0:
            serious.append(f"the page is {beyond} px wider than the screen")
        assert not serious, f"{page.url} at {width} px, {scheme}:\n  " + "\n  ".join(serious)
    if dark:
        page.emulate_media(color_scheme="light")
    _resize(page, widths[-1])


def _resize(page: Any, width: int) -> None:
    size = {"width": width, "height": HEIGHT}
    if page.viewport_size != size:
        page.set_viewport_size(size)


def screenshot(page: Any, name: str, *, full: bool = True) -> None:
    """Keep a picture as ``docs/screenshots/NAME.png``, where ``ELECTSYS_SCREENSHOTS=1`` asks for it."""
    if os.environ.get("ELECTSYS_SCREENSHOTS") == "1":
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=full)
