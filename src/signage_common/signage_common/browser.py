"""The Chromium or Chrome that shows the sign to checks, benches and snapshots: which one, and how it is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_PACKAGE = "chromium"
INSTALL_BROWSER = f"apt-get install -y --no-install-recommends {BROWSER_PACKAGE}"
"""The command that installs one on Debian."""

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
    """Return the path of the Chromium or Chrome to use: ``SIGNAGE_BROWSER``, else the first one on the PATH.

    None if there is none; a ``SIGNAGE_BROWSER`` that does not exist is not replaced by another one.
    """
    chosen = env.get("SIGNAGE_BROWSER")
    for name in (chosen,) if chosen else BROWSER_NAMES:
        found = shutil.which(name, path=env.get("PATH", os.defpath))
        if found is not None:
            return found
    return None
