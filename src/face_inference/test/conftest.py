import sys
from pathlib import Path

from face_inference.testing import empty_scene, models_dir, photos, portrait
from signage_common.ros_testing import graph

__all__ = ["empty_scene", "graph", "models_dir", "photos", "portrait"]

sys.path.insert(0, str(Path(__file__).parent))  # for what tests share
