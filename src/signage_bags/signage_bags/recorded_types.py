"""The types of recorded messages: as a bag defines them, beside those that are installed here.

A bag carries the definition of each of its types, so that messages of another version can be read by the names of
their fields; what a version lacks has the value that the message's comments name for what is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rosbags.interfaces.typing import Fielddefs, Typesdict
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore
from signage_common.errors import SignageError

from signage_bags.bag_reader import BagError, Channel
from signage_bags.message_definitions import installed_definition

OWN = "signage_msgs/"


class RecordedType:
    """How the messages of one topic are read.

    Attributes:
        name: of the type.
        fields: names and kinds of the fields of the type and of all that it holds, by type.
        difference: how it differs from the installed type, in words; empty if it does not.
    """

    def __init__(self, channel: Channel) -> None:
        """Read the definition that a bag has; one that has none is taken to be of the installed version.

        Raises:
            BagError: the definition can't be read.
            SignageError: the bag has none, and the type is not installed.
        """
        self.name = channel.type_name
        installed = _installed(self.name)
        types = _parsed(channel.definition, channel) if channel.definition else installed
        if types is None:
            raise SignageError(f"{channel.topic}: the bag does not define {self.name}, which is not installed")
        self.fields: Mapping[str, Fielddefs] = {name: fields for name, (_, fields) in types.items()}
        self.difference = "" if installed is None else ", ".join(_differences(installed, types))
        self._store: Typestore = get_typestore(Stores.EMPTY)
        self._store.register(types)

    def read(self, data: bytes) -> Any:
        """Return a message with its fields as attributes.

        Raises:
            Exception: it is no such message; whatever damaged data leads to.
        """
        return self._store.deserialize_cdr(data, self.name)


def _installed(type_name: str) -> Typesdict | None:
    try:
        return get_types_from_msg(installed_definition(type_name).text, type_name)
    except SignageError:
        return None


def _parsed(definition: str, channel: Channel) -> Typesdict:
    try:
        return get_types_from_msg(definition, channel.type_name)
    except Exception as error:  # of a text that anybody may have written
        reason = " ".join(str(error).split())
        raise BagError(f"{channel.topic}: the definition of {channel.type_name} can't be read: {reason}") from None


def _differences(installed: Typesdict, recorded: Typesdict) -> Iterator[str]:
    """Say of each of our types which fields were added or taken away since, or before."""
    for name in (each for each in recorded if each.startswith(OWN) and each in installed):
        own, theirs = dict(installed[name][1]), dict(recorded[name][1])
        short = name.rpartition("/")[2]
        missing = [field for field in own if field not in theirs]
        unknown = [field for field in theirs if field not in own]
        others = [field for field in own if field in theirs and own[field] != theirs[field]]
        for word, fields in (("without", missing), ("with", unknown), ("with another kind of", others)):
            if fields:
                yield f"{short} {word} {', '.join(fields)}"
        if not missing and not unknown and not others and list(own) != list(theirs):
            yield f"{short} in another order"
