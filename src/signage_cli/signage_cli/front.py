"""The command line's entry: find the verb, make what it needs, hand over to it."""

from __future__ import annotations

import difflib
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.browser import find_browser

from signage_cli.setup import doctor, system_tools
from signage_cli.setup.errors import SetupError
from signage_cli.setup.extras import EXTRAS, checked, extras_for
from signage_cli.setup.layout import Layout
from signage_cli.setup.make import ensure, recipe_for
from signage_cli.setup.step import Step
from signage_cli.setup.steps import Recipe

VERSION = "0.1.0"
SETUP_HELP = (
    "usage: ./signage setup [EXTRA]\n\n"
    "Makes everything that the system needs and starts nothing. Every other verb calls it.\n\n"
    "extras, installed on top; the verbs that need one install it themselves:\n"
    + "\n".join(f"  {name:10} {what}" for name, what in EXTRAS.items())
)


@dataclass(frozen=True)
class Verb:
    """One word of the command line.

    Attributes:
        help: what it does, in a few words.
        needs: ``nothing``, ``running`` (what the system needs) or ``checking`` (the checks' packages and browser too).
    """

    help: str
    needs: str = "running"


VERBS: Mapping[str, Verb] = {
    "setup": Verb("make everything that the system needs, start nothing"),
    "demo": Verb("run the whole system on the bundled film"),
    "up": Verb("run the system on a camera, a film or photos"),
    "test": Verb("run every check", "checking"),
    "bench": Verb("measure, print tables, write JSON", "checking"),
    "evaluate": Verb("gender and age accuracy on a folder of labelled faces"),
    "train": Verb("fine-tune the age and gender network on such a folder"),
    "doctor": Verb("say what is installed, what is missing, which devices are seen", "nothing"),
}


def main(argv: Sequence[str], root: Path) -> int:
    """Run a verb and return its exit status."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if argv else 2
    if argv[0] == "--version":
        print(f"signage {VERSION}{_commit(root)}")
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a set-up as Ctrl-C does
    try:
        return _run(argv[0], list(argv[1:]), Layout.of(root))
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the next call goes on from here", file=sys.stderr)
        return 1


def usage() -> str:
    """Return the list of verbs."""
    verbs = "\n".join(f"  {name:8} {verb.help}" for name, verb in VERBS.items())
    return (
        "usage: ./signage VERB [arguments]\n\nSigns that answer to the people in front of them.\n\n"
        f"{verbs}\n\n./signage VERB --help says more; ./signage --version tells the version."
    )


def _run(name: str, arguments: list[str], layout: Layout) -> int:
    if name not in VERBS:
        near = difflib.get_close_matches(name, VERBS, 1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(VERBS)}"
        raise SetupError(f"unknown verb {name!r}; {hint}", exit_status=2)
    if name in ("setup", "doctor"):
        return _run_here(name, arguments, layout)
    if {"-h", "--help"} & set(arguments):
        return _help(name, layout)
    _hand_over(name, arguments, layout)
    return 0


def _hand_over(name: str, arguments: list[str], layout: Layout) -> None:
    """Become the verb's own program, so that signals reach it directly."""
    recipe = recipe_for(layout)
    checking = VERBS[name].needs == "checking" or "--snapshot" in arguments
    extras = [recipe.python_packages(extra) for extra in extras_for(name, arguments)]
    env = ensure(recipe, steps_for(recipe, checking) + extras)
    env["SIGNAGE_ROOT"] = str(layout.root)
    command = [str(layout.python), "-m", f"signage_cli.verbs.{name}", *arguments]
    os.execve(layout.python, command, env)  # noqa: S606  no shell is wanted


def _run_here(name: str, arguments: list[str], layout: Layout) -> int:
    if {"-h", "--help"} & set(arguments):
        print(SETUP_HELP if name == "setup" else doctor.HELP)
        return 0
    if arguments and name == "doctor":
        raise SetupError(f"{name} takes no arguments, got {arguments[0]!r}", exit_status=2)
    extras = checked(arguments)
    if name == "doctor":
        return doctor.main(layout)
    recipe = recipe_for(layout)
    ensure(recipe, recipe.running() + [recipe.python_packages(extra) for extra in extras])
    print(f"ready: {layout.venv} and {layout.home}")
    return 0


def steps_for(recipe: Recipe, checking: bool) -> list[Step]:
    """Return the steps of a verb; what drives a browser, and a browser if it can be had, only for checking."""
    steps = recipe.running()
    if checking:
        steps += recipe.checking()
        if find_browser(os.environ) is None and system_tools.can_install(os.environ):
            steps.append(recipe.browser())
    return steps


def _help(name: str, layout: Layout) -> int:
    """Show a verb's help, which needs nothing installed."""
    sys.path[:0] = [str(path) for path in (layout.root / "src").iterdir()]
    module = importlib.import_module(f"signage_cli.verbs.{name}")
    try:
        return int(module.main(["--help"]) or 0)
    except SystemExit as end:
        return int(end.code or 0)


def _commit(root: Path) -> str:
    try:
        command = ["git", "-C", str(root), "rev-parse", "--short", "HEAD"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return f" ({answer.stdout.strip()})" if answer.returncode == 0 else ""
