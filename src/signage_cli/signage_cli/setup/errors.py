"""What ends a set-up with one line."""


class SetupError(Exception):
    """The set-up can't go on; the message says what, where and what to do."""

    def __init__(self, message: str, exit_status: int = 1) -> None:
        super().__init__(message)
        self.exit_status = exit_status
