"""Recordings: bags written, read, played again, and decided without a clock."""
