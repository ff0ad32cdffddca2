"""Keep the memory that messages pass through to the user who runs the nodes, and clean up what a killed node left.

Fast DDS shares memory between processes in files of ``/dev/shm`` and makes them readable by everybody, whatever the
umask: Boost.Interprocess calls ``fchmod`` right after it has made one. So a process refuses itself that call, by a
filter of the kernel (seccomp) that answers every ``fchmod`` which would let others in as if it had been done.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import platform
import resource
import struct
import time
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  the kernel's folder, which nobody can put another in place of
_PREFIXES = ("fastdds_", "fast_datasharing_", "sem.fastdds_")
_OTHERS = 0o077
_LOCK_SUFFIX, _PORT = "_el", "_port"
_SETTLED_S = 2.0
_PORT_STATE = struct.Struct("<7I")
"""Words of a port's struct PortNode (Fast DDS 3, SharedMemGlobal.hpp): number, listeners, milliseconds from one look at
them to the next, a third of that, capacity, how many listeners wait, and flags, one of which says that it works."""
_FLAGS_AT, _IS_OK, _ALL_FLAGS = 24, 1, 7
_STATE_WITHIN = 4096  # bytes

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _PRETEND = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with 0: done, says the call
_LOAD_WORD, _JUMP_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # of classic BPF
_CALL, _ARCHITECTURE, _SECOND_ARGUMENT = 0, 4, 24  # offsets in struct seccomp_data
_FCHMOD = {"x86_64": (0xC000003E, 91), "aarch64": (0xC00000B7, 52)}
"""Audit architecture and number of the call, by machine; from linux/audit.h and asm/unistd.h."""


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def protect() -> None:
    """Close what this process will share to other users, forbid dumps of its memory, and clean up after others.

    To be called before the first node is made, in the main thread; threads that it starts inherit the filter.
    """
    os.umask(os.umask(0) | _OTHERS)
    _forbid_dumps()
    _refuse_opening_to_others()
    remove_stale()
    break_dead_ports()


def close_to_others() -> None:
    """Take other users' rights to the shared memory that this process has made, where the kernel has no filter."""
    for path in _own_files():
        with contextlib.suppress(OSError):
            if path.stat().st_mode & _OTHERS:
                path.chmod(0o600)


def remove_stale() -> int:
    """Remove the segments of processes that were killed; return how many files went.

    A living process holds a lock on the file that accompanies its segment, ``..._el``. One that has just made such a
    file may not hold it yet, so the newest stay. Ports, ``fastdds_port...``, stay too: messages are not in them, and
    who is about to use one would be disturbed (``break_dead_ports`` is for them).
    """
    files = {path.name: path for path in _own_files() if _PORT not in path.name}
    stale = [name for name in files if _is_stale(files.get(name.removesuffix(_LOCK_SUFFIX) + _LOCK_SUFFIX))]
    for name in stale:
        files[name].unlink(missing_ok=True)
    return len(stale)


def break_dead_ports() -> int:
    """Mark the ports at which killed processes listened as broken; return how many.

    Fast DDS has those who send to a port look after its listener, but takes one that was killed between two messages,
    neither waiting nor at work, for healthy (its issue 5469). They would send there for ever, while the process that is
    started next gets the same number and hears nothing. Whoever sends to a port that is marked looks it up anew.
    """
    locks = [path for path in _own_files() if _PORT in path.name and path.name.endswith(_LOCK_SUFFIX)]
    return sum(_break_port(lock) for lock in locks if _age_s(lock) > _SETTLED_S)


def _break_port(lock: Path) -> bool:
    port = lock.with_name(lock.name.removesuffix(_LOCK_SUFFIX))
    number = port.name.rpartition(_PORT)[2]
    try:
        with lock.open("rb") as held, port.open("r+b", buffering=0) as file:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody takes the port over meanwhile
            memory = file.read(_STATE_WITHIN)
            place = _find_state(memory, int(number)) if number.isdecimal() else None
            if place is None or not memory[place + _FLAGS_AT] & _IS_OK:
                return False
            flags = memory[place + _FLAGS_AT] & ~_IS_OK
            return os.pwrite(file.fileno(), bytes([flags]), place + _FLAGS_AT) == 1
    except OSError:
        return False


def _find_state(memory: bytes, number: int) -> int | None:
    """Return where a port's state lies in its memory; None where it is not laid out as we know it."""
    for place in range(0, len(memory) - _PORT_STATE.size + 1, 4):
        port, listeners, look_ms, wait_ms, capacity, waiting, flags = _PORT_STATE.unpack_from(memory, place)
        is_counted = waiting <= listeners <= capacity and flags & ~_ALL_FLAGS == 0
        if port == number and is_counted and 0 < wait_ms == look_ms // 3:
            return place
    return None


def _is_stale(lock: Path | None) -> bool:
    return lock is not None and _age_s(lock) > _SETTLED_S and _is_free(lock)


def _age_s(path: Path) -> float:
    """Return how long ago a file was made or changed, s; endless if it is gone, positive though the clock was set."""
    try:
        return abs(time.time() - path.stat().st_mtime)
    except OSError:
        return float("inf")


def _own_files() -> list[Path]:
    try:
        entries = list(os.scandir(SHARED_MEMORY))
    except OSError:
        return []  # a system without it
    return [Path(entry.path) for entry in entries if entry.name.startswith(_PREFIXES) and _is_own(entry)]


def _is_own(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    except OSError:
        return False


def _is_free(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _forbid_dumps() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with contextlib.suppress(OSError):  # a handler that the kernel pipes dumps to gets one without memory
        Path("/proc/self/coredump_filter").write_text("0")


def _refuse_opening_to_others() -> None:
    """Have every ``fchmod`` that gives rights to group or others do nothing; no effect on machines not in the table."""
    if platform.machine() not in _FCHMOD:
        return
    architecture, call = _FCHMOD[platform.machine()]
    instructions = (_Instruction * 8)(
        _Instruction(_LOAD_WORD, 0, 0, _ARCHITECTURE),
        _Instruction(_JUMP_EQUAL, 0, 5, architecture),
        _Instruction(_LOAD_WORD, 0, 0, _CALL),
        _Instruction(_JUMP_EQUAL, 0, 3, call),
        _Instruction(_LOAD_WORD, 0, 0, _SECOND_ARGUMENT),
        _Instruction(_JUMP_ANY_BIT, 0, 1, _OTHERS),
        _Instruction(_RETURN, 0, 0, _PRETEND),
        _Instruction(_RETURN, 0, 0, _ALLOW),
    )
    program = _Program(len(instructions), instructions)
    system = ctypes.CDLL(None)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        system.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
