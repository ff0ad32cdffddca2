"""The kinds of source, one file each, behind the protocol in ``source``."""
