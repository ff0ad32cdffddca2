"""Make everything that the system needs; standard library only, because it runs before anything is installed."""
