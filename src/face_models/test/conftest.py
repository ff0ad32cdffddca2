from face_inference.testing import empty_scene, models_dir, photos, portrait

__all__ = ["empty_scene", "models_dir", "photos", "portrait"]
