"""How a program of ours begins and ends: no signal comes amiss, and a node finds the Python that it needs.

Whoever runs ``colcon build`` leaves his own Python's path in the programs that setuptools makes, and that Python may
see neither MXNet nor aiohttp. So a node's program, ``lib/PACKAGE/NAME``, is a file of its own that any Python starts;
it becomes the Python of the workspace's ``.venv``, where there is one. It has SIGINT and SIGTERM blocked from its
first milliseconds on: Python answers a Ctrl-C with a traceback until somebody else does. At its own end Python gives
signals back to the system, and a second Ctrl-C would kill; so programs end by ``_end``.

Standard library only, and little of it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ALL_SIGNALS = (*ENDING_SIGNALS, signal.SIGHUP)
ARE_BLOCKED = "SIGNAGE_SIGNALS_BLOCKED"
"""Set to 1 by who starts a program with these signals blocked; the program releases them when it can answer."""
_CAN_NOT_START = 2


def hold_signals() -> None:
    """Have SIGINT and SIGTERM wait, in the program that this process becomes too, until they are released."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)


def release_signals() -> None:
    """Take the signals that have waited, and those to come."""
    os.environ.pop(ARE_BLOCKED, None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ALL_SIGNALS)


def open_standard_streams() -> None:
    """Have standard streams lead nowhere where they are closed: the next file that is opened would take their place."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115  it stays open


def run_program(main: Callable[[], object]) -> NoReturn:
    """Run the function of a program of ours that returns its exit status, and end.

    A signal waits until the function releases it; one that comes after another one has been answered, while all is
    being ended, changes nothing.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ALL_SIGNALS)
    for number in _ALL_SIGNALS:
        if not is_ignored(number):
            signal.signal(number, pass_over)
    _end(main())


def is_ignored(number: signal.Signals) -> bool:
    """Return whether a signal is ignored, as ``nohup`` has it; then it stays so."""
    return signal.getsignal(number) is signal.SIG_IGN


def pass_over(number: int, frame: FrameType | None) -> None:
    """Answer a signal by nothing; unlike one that is ignored, programs that are started don't inherit that."""


@contextlib.contextmanager
def answered_in(
    loop: AbstractEventLoop, numbers: Sequence[signal.Signals], answer: Callable[[signal.Signals], object]
) -> Iterator[None]:
    """Have signals answered by a loop, and then as before; once one has come, the next ones change nothing.

    The loop's own means give them back to the system at the end, where a second one would kill the program, or cut the
    loop off while it is being closed. The system may hand a signal to any thread, after which Python answers it in the
    main one: so that the loop does not sleep on, a socket wakes it.
    """
    has_come = False
    awake, waker = socket.socketpair()
    for end in (awake, waker):
        end.setblocking(False)

    def tell(number: int, frame: FrameType | None) -> None:
        nonlocal has_come
        has_come = True
        loop.call_soon_threadsafe(answer, signal.Signals(number))

    loop.add_reader(awake, awake.recv, 4096)
    others_waker = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, tell) for number in numbers}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, pass_over if has_come else handler)
        signal.set_wakeup_fd(others_waker)
        loop.remove_reader(awake)
        awake.close()
        waker.close()


def run_node(module: str) -> NoReturn:
    """Run the function ``main`` of a node's module, in the Python that has what it needs.

    SIGINT and SIGTERM end the process with status 0, at once while modules are being imported; then they wait until
    ``main`` releases them. What can't be imported is one line and status 2.
    """
    hold_signals()
    open_standard_streams()
    _become_the_right_python()
    _find_ros_of_the_environment()
    _end_on_signals(0)
    release_signals()
    node = _imported(module)
    hold_signals()
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        status = node.main()
    except KeyboardInterrupt:
        status = 0
    except SystemExit as exiting:
        status = exiting.code
    _end(status)


def _end(status: object) -> NoReturn:
    """End as ``sys.exit`` does, but at once: at its own end Python gives signals back to the system, which kills."""
    code = status if isinstance(status, int) else 0 if status is None else 1
    _end_on_signals(code)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def _end_on_signals(status: int) -> None:
    for number in ENDING_SIGNALS:
        signal.signal(number, lambda *_: os._exit(status))


def _become_the_right_python() -> None:
    """Start this program again by the workspace's Python, unless it is the one that runs."""
    folder = next(_environments(Path(sys.argv[0])), None)
    if folder is None or folder == Path(sys.prefix).resolve():
        return
    python = str(folder / "bin" / "python")
    try:
        os.execv(python, [python, *sys.argv])  # noqa: S606  no shell is wanted
    except OSError as error:
        _give_up(f"{python}: {error.strerror}; `./signage setup` makes it anew")


def _find_ros_of_the_environment() -> None:
    """Have the messages of a ROS 2 in this Python's environment found where only the workspace is sourced."""
    paths = [path for path in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if path]
    if sys.prefix not in paths and Path(sys.prefix, "share", "ament_index").is_dir():
        os.environ["AMENT_PREFIX_PATH"] = os.pathsep.join([*paths, sys.prefix])


def _environments(program: Path) -> Iterator[Path]:
    """Give the virtual environments that ``./signage setup`` has made, the likeliest first.

    That of the workspace that this program is installed or linked in; else the one that the set-up has left a link
    to beside the models, as for a clone within a larger workspace.
    """
    root = os.environ.get("SIGNAGE_ROOT")
    folders = [*([Path(root)] if root else []), *program.absolute().parents, *program.resolve().parents]
    home = os.environ.get("SIGNAGE_HOME") or os.path.expanduser("~/.cache/signage")  # noqa: PTH111  this never fails
    for environment in (*(folder / ".venv" for folder in folders), Path(home, "venv")):
        if (environment / "stamps" / "environment").is_file():
            yield environment.resolve()


def _imported(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        reason = " ".join(str(_first(error)).split())
        _give_up(f"{module}: {reason}, by {sys.executable}; `./signage setup` makes what the nodes need")


def _first(error: BaseException) -> BaseException:
    """Return the import that failed first; others were tried or given up because of it."""
    before = error.__cause__ or error.__context__
    return _first(before) if isinstance(before, ImportError) else error


def _give_up(text: str) -> NoReturn:
    print(f"error: {text}", file=sys.stderr, flush=True)
    os._exit(_CAN_NOT_START)
