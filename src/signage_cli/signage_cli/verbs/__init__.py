"""The verbs of ./signage, one module each."""
