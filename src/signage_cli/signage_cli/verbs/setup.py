"""``./signage setup``: make everything that the system needs and start nothing."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from signage_common.errors import ConfigurationError

from signage_cli.setup.machine import Layout
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.steps import ensure
from signage_cli.verbs.arguments import OneLineParser
from signage_cli.verbs.needs import EXTRAS

_DESCRIPTION = "Make everything that the system needs and start nothing. Every other verb calls it."
_EPILOG = "extras, installed on top; the verbs that need one install it themselves:\n" + "\n".join(
    f"  {name:10} {what}" for name, what in EXTRAS.items()
)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        ConfigurationError: there is no such extra.
    """
    parser = OneLineParser("setup", _DESCRIPTION, _EPILOG)
    parser.add_argument("extras", nargs="*", metavar="EXTRA", help=", ".join(EXTRAS))
    options = parser.parse_args(argv)
    for extra in options.extras:
        if extra not in EXTRAS:
            expected = f"expected no arguments, or {', '.join(EXTRAS)}"
            raise ConfigurationError(f"setup: unknown extra {extra!r}; {expected}")
    return options


def run(options: argparse.Namespace, layout: Layout) -> int:
    """Make everything, and what was asked for on top; return the exit status."""
    recipe = Recipe.of(layout)
    ensure(layout, recipe.running() + [recipe.packages(extra) for extra in options.extras], recipe.missing_tools)
    print(f"ready: {layout.venv} and {layout.home}")
    return 0
