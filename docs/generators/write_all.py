"""Write every page, or part of one, that is made from the code, the measurements or the locks.

Run it with the project's environment after a change of those: ``.venv/bin/python docs/generators/write_all.py``.
"""

from __future__ import annotations

import interfaces
import measured
import parameters
import third_party
from pages import ROOT

GENERATORS = (parameters, interfaces, measured, third_party)


def main() -> None:
    """Write them, and say which changed."""
    for generator in GENERATORS:
        for path, text in generator.pages().items():
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
                print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
