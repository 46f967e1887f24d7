"""Start the app of a fresh clone as a newcomer would, look at it, stop it, and see that nothing is left."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

PORT = 8123
BASE = f"http://127.0.0.1:{PORT}"


def main(clone: Path) -> int:
    """Run the whole check; the exit code says how it went."""
    start = time.monotonic()
    app = subprocess.Popen([sys.executable, "dev.py", "run", "--port", str(PORT)], cwd=clone)
    try:
        browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
        wait(browser, app)
        print(f"fresh clone answers after {time.monotonic() - start:.0f} s", flush=True)
        look(browser)
        log_in(browser, clone)
    finally:
        app.send_signal(signal.SIGINT)
        code = app.wait(60)
    found = subprocess.run(["pgrep", "-af", str(clone)], capture_output=True, text=True, check=False).stdout
    # This very check names the clone on its command line too.
    left = [line for line in found.splitlines() if int(line.split()[0]) not in (os.getpid(), os.getppid())]
    if left:
        print("still running after the stop:", *left, sep="\n", file=sys.stderr)
        return 1
    print("fresh clone: started, served, logged in, stopped cleanly", flush=True)
    return code


def wait(browser, app) -> None:
    """Until the server is healthy, at most ten minutes."""
    for _ in range(600):
        if app.poll() is not None:
            raise SystemExit(f"dev.py run ended early with exit code {app.returncode}")
        try:
            browser.open(f"{BASE}/sehat", timeout=5).read()
            return
        except OSError:  # not yet listening, or too busy to answer in time
            time.sleep(1)
    raise SystemExit("the app did not answer within ten minutes")


def look(browser) -> None:
    """The public page of the demo's kabupaten shows its counted forms, and the JSON agrees."""
    page = browser.open(f"{BASE}/hitung-suara/pemilu-2024/ppwp/1201").read().decode()
    assert "1.099" in page, "the public page of Tapanuli Tengah does not show its 1,099 TPS"
    tree = browser.open(f"{BASE}/pemilu/hhcw/ppwp/12/1201.json").read().decode()
    assert '"progres"' in tree, "the Sirekap path gives no progress"


def log_in(browser, clone: Path) -> None:
    """An operator can log in with the password that the demo printed."""
    accounts = next(clone.glob("**/demo-accounts.txt")).read_text()
    password = re.search(r"operator\.1201\s+(\S+)", accounts).group(1)
    form = browser.open(f"{BASE}/masuk").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form).group(1)
    fields = {
        "csrf_token": token,
        "username": "operator.1201",
        "email": "operator.1201",
        "password": password,
    }
    answer = browser.open(f"{BASE}/masuk", urlencode(fields).encode())
    assert "/masuk" not in answer.geturl(), "the operator of Tapanuli Tengah could not log in"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
