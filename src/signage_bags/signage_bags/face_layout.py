"""Where the fields of a recorded face lie, so that those which are needed are read at once from all faces of an image.

A Face holds only numbers, of at most four bytes each, so every face of an array has the same length and layout in CDR
(OMG DDS-XTypes 1.3, section 7.4.1: each number lies at a multiple of its size). One `struct` reads them five times as
fast as a reader of whole messages does. A version of the messages that is made otherwise has no such layout.
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rosbags.interfaces import Nodetype
from rosbags.interfaces.typing import Fielddefs

_CODES = {
    "bool": "?",
    "byte": "B",
    "char": "B",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "float32": "f",
}
_WORD = 4
_BODY = 4  # behind the encapsulation header
_LITTLE_ENDIAN = 1
_BEGIN = struct.Struct("<iII")  # seconds and nanoseconds of the stamp, length of frame_id with its closing zero
_COUNT = struct.Struct("<I")
Leaf = tuple[str, int, str]
"""Path such as ``box.width``, offset from the face's begin in bytes, format character of ``struct``."""


class LayoutError(ValueError):
    """Faces of a type have no fixed layout, or a message does not follow it."""


class FaceLayout:
    """Reads some fields of all faces of a recorded FaceArray."""

    def __init__(self, types: Mapping[str, Fielddefs], array: str, face: str, wanted: Mapping[str, Any]) -> None:
        """Find the fields.

        Args:
            types: fields by type, as the bag defines them.
            array: name of the type FaceArray.
            face: name of the type Face.
            wanted: paths of fields within a face, and the values of those that the type does not have. The path of
                a nested message asks for its bytes.

        Raises:
            LayoutError: the faces have no fixed layout.
        """
        self._words = _words_before_faces(types[array], face)
        leaves = list(_leaves(types, face, "", 0))
        if not leaves or struct.calcsize(leaves[0][2]) != _WORD:
            raise LayoutError(f"{face} does not begin with a number of four bytes")
        self._size = -(-_end(leaves) // _WORD) * _WORD
        found = sorted(span for path in wanted for span in _span(path, leaves))
        if any(code.endswith("s") and offset % _WORD for offset, _, code, _ in found):
            raise LayoutError(f"a message within {face} that does not lie at a multiple of four bytes")
        codes, at = "<", 0
        for offset, _, code, size in found:
            codes += f"{offset - at}x{code}"
            at = offset + size
        self._struct = struct.Struct(f"{codes}{self._size - at}x")
        present = [path for _, path, _, _ in found]
        missing = [path for path in wanted if path not in present]
        self._defaults = tuple(wanted[path] for path in missing)
        self._pick = operator.itemgetter(*([*present, *missing].index(path) for path in wanted))

    def read(self, data: bytes) -> tuple[int, int, Sequence[tuple[Any, ...]]]:
        """Return seconds and nanoseconds of the stamp, and the wanted fields of each face in their order.

        Raises:
            LayoutError: the message is not as long as it says, or big-endian.
            struct.error: it is too short to say anything.
        """
        if not data[1] & _LITTLE_ENDIAN:
            raise LayoutError("a big-endian message")
        seconds, nanoseconds, length = _BEGIN.unpack_from(data, _BODY)
        at = -(-(_BEGIN.size + length) // _WORD) * _WORD + _WORD * self._words + _BODY
        (count,) = _COUNT.unpack_from(data, at)
        if not count:
            return seconds, nanoseconds, ()
        begin = at + _COUNT.size
        faces = memoryview(data)[begin : begin + count * self._size]
        if len(faces) != count * self._size:
            raise LayoutError(f"{count} faces do not fit into {len(data)} bytes")
        defaults, pick = self._defaults, self._pick
        return seconds, nanoseconds, [pick(row + defaults) for row in self._struct.iter_unpack(faces)]


def _words_before_faces(fields: Fielddefs, face: str) -> int:
    """Return how many numbers of four bytes lie between header and faces."""
    if not fields or fields[0] != ("header", (Nodetype.NAME, "std_msgs/msg/Header")):
        raise LayoutError("a FaceArray that does not begin with its header")
    for words, (_, (kind, detail)) in enumerate(fields[1:]):
        if kind is Nodetype.SEQUENCE and detail[0] == (Nodetype.NAME, face):
            return words
        if kind is not Nodetype.BASE or struct.calcsize(_CODES.get(str(detail[0]), "q")) != _WORD:
            break
    raise LayoutError("a FaceArray whose faces lie elsewhere")


def _leaves(types: Mapping[str, Fielddefs], name: str, prefix: str, at: int) -> Iterator[Leaf]:
    """Yield every number of a message that has a fixed layout.

    Raises:
        LayoutError: it has none.
    """
    for field, (kind, detail) in types[name]:
        path, single, count = f"{prefix}{field}", (kind, detail), 1
        if kind is Nodetype.ARRAY:
            single, count = detail[0], int(detail[1])  # type: ignore[assignment]  # its kind says what it holds
        elif kind is Nodetype.SEQUENCE:
            raise LayoutError(f"{path} has no fixed length")
        for _ in range(count):
            for leaf in _leaves_of_one(types, path, single, at):
                yield leaf
                at = _end([leaf])


def _leaves_of_one(types: Mapping[str, Fielddefs], path: str, single: Any, at: int) -> Iterator[Leaf]:
    kind, detail = single
    if kind is Nodetype.NAME:
        yield from _leaves(types, detail, f"{path}.", at)
        return
    code = _CODES.get(detail[0])
    if code is None:
        raise LayoutError(f"{path} is a {detail[0]}")
    size = struct.calcsize(code)
    yield path, -(-at // size) * size, code


def _span(path: str, leaves: Sequence[Leaf]) -> Iterator[tuple[int, str, str, int]]:
    """Yield offset, path, format and size of a field, or of a nested message as a whole; nothing if there is none."""
    own = [leaf for leaf in leaves if leaf[0] == path]
    if own:
        yield own[0][1], path, own[0][2], struct.calcsize(own[0][2])
    inner = [leaf for leaf in leaves if leaf[0].startswith(f"{path}.")]
    if inner:
        size = _end(inner) - inner[0][1]
        yield inner[0][1], path, f"{size}s", size


def _end(leaves: Sequence[Leaf]) -> int:
    return leaves[-1][1] + struct.calcsize(leaves[-1][2])


def read_nested(types: Mapping[str, Fielddefs], name: str, wanted: Mapping[str, Any], data: bytes) -> tuple[Any, ...]:
    """Return fields of a nested message from its bytes, which begin at a multiple of four; defaults for those missing.

    Raises:
        LayoutError: the type has no fixed layout.
    """
    leaves = {path: (offset, code) for path, offset, code in _leaves(types, name, "", 0)}
    return tuple(
        struct.unpack_from(f"<{leaves[path][1]}", data, leaves[path][0])[0] if path in leaves else default
        for path, default in wanted.items()
    )
