"""The catalogue of advertisements: one YAML file, checked, with file, line and field in every error."""

from signage_catalogue.catalogue import Catalogue, Creative, catalogue_paths, load_catalogue
from signage_catalogue.errors import CatalogueError
from signage_catalogue.schema import Campaign, Target

__all__ = ["catalogue_paths", "load_catalogue", "Catalogue", "CatalogueError", "Campaign", "Creative", "Target"]
