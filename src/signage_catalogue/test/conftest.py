from signage_catalogue.testing import catalogue_file, catalogue_folder, make_catalogue, media_folder

__all__ = ["catalogue_file", "catalogue_folder", "make_catalogue", "media_folder"]
