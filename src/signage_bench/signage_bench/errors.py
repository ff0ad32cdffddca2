"""What ends a measurement with one line."""

from signage_common.errors import SignageError


class BenchError(SignageError):
    """The graph, the page or a client could not be brought to the point where it can be measured."""
