"""The catalogue of advertisements: one YAML file, checked, with file, line and field in every error."""

from ad_selector.catalogue.errors import CatalogueError, Problem
from ad_selector.catalogue.loading import load_catalogue
from ad_selector.catalogue.media import EXTENSIONS, sniff
from ad_selector.catalogue.model import MEDIA_PREFIX, Catalogue, Creative
from ad_selector.catalogue.schema import Campaign, Cap, DateRange, Daypart, Target, WatcherRange

__all__ = [
    "load_catalogue", "Catalogue", "CatalogueError", "Problem", "Creative", "Campaign", "Target", "WatcherRange",
    "Daypart", "DateRange", "Cap", "EXTENSIONS", "MEDIA_PREFIX", "sniff",
]  # fmt: skip
