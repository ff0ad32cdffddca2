"""Errors of the journal."""

from __future__ import annotations

from signage_common.errors import ConfigurationError, SignageError


class JournalError(SignageError):
    """The database did not keep what it was given, or did not answer; asking again may help."""


class UnusableError(JournalError, ConfigurationError):
    """A database that is not ours, newer, damaged, locked or read-only; nothing in it was changed."""

    exit_status = ConfigurationError.exit_status


class BrokenChainError(SignageError):
    """The journal is not whole; the message names the first row that is wrong."""
