"""The command line's entry: find the verb, read its arguments, make what it needs, hand over to it."""

from __future__ import annotations

import difflib
import importlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signage_common.entry import hold_signals
from signage_common.errors import ConfigurationError, exit_status_of

from signage_cli.setup.machine import Layout
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.steps import Step, ensure, hold
from signage_cli.verbs.needs import Needs

VERSION = "0.1.0"
VERBS: Mapping[str, str] = {
    "setup": "make everything that the system needs, start nothing",
    "demo": "run the whole system on the bundled film",
    "up": "run the system on a camera, a film or photos",
    "record": "record what a running system says as a bag, without pictures",
    "play": "play a bag into a running system, or as a sign of its own",
    "test": "run every check",
    "bench": "measure, print tables, write JSON",
    "evaluate": "gender and age accuracy on a folder of labelled faces",
    "train": "fine-tune the age and gender network on such a folder",
    "decide": "the decisions that a recording leads to, without a clock",
    "journal": "prove that the journal is whole, hand it out, let old records go",
    "report": "what was shown, who watched and for how long, from the journal",
    "doctor": "say what is installed, what is missing, which devices are seen",
}
"""What each word of the command line does. Each is a module of ``signage_cli.verbs``."""
_INTERRUPTED = "\nstopped; the next call goes on from here"
_OTHER_PYTHON = "the set-up needs a Python that this user may run, such as /usr/bin/python3"
_OF_THE_SET_UP = ("setup", "doctor")


def main(argv: Sequence[str], root: Path) -> int:
    """Run a verb and return its exit status."""
    return exit_status_of(lambda: _run(list(argv), root), _INTERRUPTED)


def usage() -> str:
    """Return the list of verbs."""
    verbs = "\n".join(f"  {name:8} {what}" for name, what in VERBS.items())
    return (
        "usage: ./signage VERB [arguments]\n\nSigns that answer to the people in front of them.\n\n"
        f"{verbs}\n\n./signage VERB --help says more; ./signage --version tells the version."
    )


def _run(argv: list[str], root: Path) -> int:
    name, arguments = (argv[0], argv[1:]) if argv else ("", [])
    if name in ("", "-h", "--help", "help"):
        print(usage())
        return 0 if argv else 2
    if name == "--version":
        print(f"signage {VERSION}{_commit(root)}")
        return 0
    sys.path[:0] = [str(path) for path in (root / "src").iterdir()]  # what reads arguments needs nothing installed
    verb = _verb(name)
    options = verb.parse(arguments)
    layout = Layout.of(root)
    if name in _OF_THE_SET_UP:
        return int(verb.run(options, layout))
    recipe = Recipe.of(layout)
    ensure(layout, steps_for(recipe, verb.needs(options)), recipe.missing_tools)
    _hand_over(name, arguments, recipe)
    return 0


def _verb(name: str) -> Any:
    """Return the module of a verb.

    Raises:
        ConfigurationError: there is no such verb; the message offers what was probably meant.
    """
    if name not in VERBS:
        near = difflib.get_close_matches(name, VERBS, 1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(VERBS)}"
        raise ConfigurationError(f"unknown verb {name!r}; {hint}")
    return importlib.import_module(f"signage_cli.verbs.{name}")


def _hand_over(name: str, arguments: Sequence[str], recipe: Recipe) -> None:
    """Become the verb's own program, so that signals reach it directly; until it answers them, they wait."""
    layout = recipe.layout
    env = {**recipe.runtime_env(), "SIGNAGE_ROOT": str(layout.root)}
    command = [str(layout.python), "-m", f"signage_cli.verbs.{name}", *arguments]
    hold(layout.venv)
    hold_signals()
    sys.stdout.flush()
    try:
        os.execve(layout.python, command, env)  # noqa: S606  no shell is wanted
    except OSError as error:
        real = layout.python.resolve()
        raise ConfigurationError(f"{layout.python}, which is {real}: {error.strerror}; {_OTHER_PYTHON}") from None


def steps_for(recipe: Recipe, needs: Needs) -> list[Step]:
    """Return the steps that make what a verb needs."""
    steps = recipe.running()
    if needs.browser:
        steps += recipe.browsing()
    if needs.checks:
        steps += recipe.checking()
    return steps + [recipe.packages(extra) for extra in needs.extras]


def _commit(root: Path) -> str:
    try:
        command = ["git", "-C", str(root), "rev-parse", "--short", "HEAD"]
        answer = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return ""
    return f" ({os.fsdecode(answer.stdout).strip()})" if answer.returncode == 0 else ""
