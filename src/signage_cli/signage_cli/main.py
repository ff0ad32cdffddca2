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

from signage_common.errors import ConfigurationError, exit_status_of

from signage_cli.setup.machine import Layout
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.steps import Step, ensure
from signage_cli.verbs import doctor

VERSION = "0.1.0"
DETECTORS = "detectors"
EXTRAS: Mapping[str, str] = {DETECTORS: "the face detectors dlib, dlib-cnn, face_recognition, face_recognition-cnn"}
DETECTOR_NAMES = ("dlib", "dlib-cnn", "face_recognition", "face_recognition-cnn")
SETUP_HELP = (
    "usage: ./signage setup [EXTRA]\n\n"
    "Makes everything that the system needs and starts nothing. Every other verb calls it.\n\n"
    "extras, installed on top; the verbs that need one install it themselves:\n"
    + "\n".join(f"  {name:10} {what}" for name, what in EXTRAS.items())
)
_INTERRUPTED = "\nstopped; the next call goes on from here"
_GRAPHS = ("demo", "up")
_BENCHES_WITH_DETECTORS = ("", "all", DETECTORS)
_BENCH_OPTIONS_WITH_A_VALUE = ("--json", "--plot", "--minutes", "--repeat")


@dataclass(frozen=True)
class Verb:
    """One word of the command line.

    Attributes:
        help: what it does, in a few words.
        drives_browser: whether it does so however it is called.
        checks: whether it needs the packages of the checks.
    """

    help: str
    drives_browser: bool = False
    checks: bool = False


VERBS: Mapping[str, Verb] = {
    "setup": Verb("make everything that the system needs, start nothing"),
    "demo": Verb("run the whole system on the bundled film"),
    "up": Verb("run the system on a camera, a film or photos"),
    "test": Verb("run every check", drives_browser=True, checks=True),
    "bench": Verb("measure, print tables, write JSON", drives_browser=True),
    "evaluate": Verb("gender and age accuracy on a folder of labelled faces"),
    "train": Verb("fine-tune the age and gender network on such a folder"),
    "doctor": Verb("say what is installed, what is missing, which devices are seen"),
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
    return exit_status_of(lambda: _run(argv[0], list(argv[1:]), Layout.of(root)), _INTERRUPTED)


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
        raise ConfigurationError(f"unknown verb {name!r}; {hint}")
    asks_for_help = bool({"-h", "--help"} & set(arguments))
    if name == "setup":
        return _setup(arguments, asks_for_help, layout)
    if name == "doctor":
        return _doctor(arguments, asks_for_help, layout)
    if asks_for_help:
        return _help(name, layout)
    _hand_over(name, arguments, layout)
    return 0


def _setup(arguments: list[str], asks_for_help: bool, layout: Layout) -> int:
    if asks_for_help:
        print(SETUP_HELP)
        return 0
    extras = checked_extras(arguments)
    recipe = Recipe.of(layout)
    ensure(layout, recipe.running() + [recipe.packages(extra) for extra in extras], recipe.missing_tools)
    print(f"ready: {layout.venv} and {layout.home}")
    return 0


def _doctor(arguments: list[str], asks_for_help: bool, layout: Layout) -> int:
    if asks_for_help:
        print(doctor.HELP)
        return 0
    if arguments:
        raise ConfigurationError(f"doctor takes no arguments, got {arguments[0]!r}")
    return doctor.main(layout)


def _help(name: str, layout: Layout) -> int:
    """Show a verb's help, which needs nothing installed."""
    sys.path[:0] = [str(path) for path in (layout.root / "src").iterdir()]
    module = importlib.import_module(f"signage_cli.verbs.{name}")
    try:
        return int(module.main(["--help"]) or 0)
    except SystemExit as end:
        return int(end.code or 0)


def _hand_over(name: str, arguments: list[str], layout: Layout) -> None:
    """Become the verb's own program, so that signals reach it directly."""
    recipe = Recipe.of(layout)
    ensure(layout, steps_for(recipe, name, arguments), recipe.missing_tools)
    env = recipe.runtime_env()
    env["SIGNAGE_ROOT"] = str(layout.root)
    command = [str(layout.python), "-m", f"signage_cli.verbs.{name}", *arguments]
    os.execve(layout.python, command, env)  # noqa: S606  no shell is wanted


def steps_for(recipe: Recipe, name: str, arguments: Sequence[str]) -> list[Step]:
    """Return the steps that a verb needs with these arguments."""
    steps = recipe.running()
    if VERBS[name].drives_browser or any(word.split("=")[0] == "--snapshot" for word in arguments):
        steps += recipe.browsing()
    if VERBS[name].checks:
        steps.append(recipe.packages("test"))
    return steps + [recipe.packages(extra) for extra in extras_for(name, arguments)]


def extras_for(verb: str, arguments: Sequence[str]) -> list[str]:
    """Return the extras that a verb needs with these arguments."""
    if verb == "test":
        return list(EXTRAS)
    if verb == "bench":
        return [DETECTORS] if _bench_name(arguments) in _BENCHES_WITH_DETECTORS else []
    is_asked = verb in _GRAPHS and any(f"detector:={name}" in arguments for name in DETECTOR_NAMES)
    return [DETECTORS] if is_asked else []


def _bench_name(arguments: Sequence[str]) -> str:
    """Return which bench is asked for; empty for none."""
    before = ["", *arguments]
    words = (
        word
        for option, word in zip(before, arguments, strict=False)
        if not word.startswith("-") and option not in _BENCH_OPTIONS_WITH_A_VALUE
    )
    return next(words, "")


def checked_extras(extras: Sequence[str]) -> list[str]:
    """Return the extras that are asked for by name.

    Raises:
        ConfigurationError: there is no such extra.
    """
    for extra in extras:
        if extra not in EXTRAS:
            expected = f"expected no arguments, or {', '.join(EXTRAS)}"
            raise ConfigurationError(f"setup: unknown extra {extra!r}; {expected}")
    return list(extras)


def _commit(root: Path) -> str:
    try:
        command = ["git", "-C", str(root), "rev-parse", "--short", "HEAD"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return f" ({answer.stdout.strip()})" if answer.returncode == 0 else ""
