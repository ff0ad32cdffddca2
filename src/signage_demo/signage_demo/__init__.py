"""The demonstration: the graph on the bundled film, with one line for each decision and a summary at the end."""
