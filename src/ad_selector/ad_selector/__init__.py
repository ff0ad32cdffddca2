"""Presence episodes, the catalogue of advertisements, and the choice for whoever watches."""
