"""The catalogue of advertisements: one YAML file, checked, with file, line and field in every error."""

from signage_catalogue.errors import CatalogueError, Problem
from signage_catalogue.loading import load_catalogue
from signage_catalogue.media import EXTENSIONS, sniff
from signage_catalogue.model import MEDIA_PREFIX, Catalogue, Creative
from signage_catalogue.schema import Campaign, Cap, DateRange, Daypart, Target, WatcherRange

__all__ = [
    "load_catalogue", "Catalogue", "CatalogueError", "Problem", "Creative", "Campaign", "Target", "WatcherRange",
    "Daypart", "DateRange", "Cap", "EXTENSIONS", "MEDIA_PREFIX", "sniff",
]  # fmt: skip
