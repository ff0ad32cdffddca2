"""The command line ./signage: its verbs, and the set-up of everything that they need."""
