"""The errors that end a program with one clear line."""

EXIT_FAILED = 1
EXIT_USAGE = 2


class SignageError(Exception):
    """Something the system can't go on without failed; the message says what, where and what was expected."""

    exit_status = EXIT_FAILED


class ConfigurationError(SignageError):
    """An argument, parameter or file that the user gave is wrong."""

    exit_status = EXIT_USAGE
