"""The Chromium or Chrome that shows the sign to checks, benches and snapshots: which one, and how it is started."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# No sandbox, because containers and root have none to offer; the rest keeps it from talking to anybody but the sign.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser(env: Mapping[str, str]) -> str | None:
    """Return the Chromium or Chrome to use: ``SIGNAGE_BROWSER``, else the first one on the PATH, else None."""
    chosen = env.get("SIGNAGE_BROWSER")
    names = (chosen,) if chosen else BROWSER_NAMES
    return next(filter(None, (shutil.which(name, path=env.get("PATH")) for name in names)), None)
