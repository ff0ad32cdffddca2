"""How sure a network's answers really are: numbers fitted by ``./signage evaluate --calibrate``."""

from face_inference.calibration.numbers import Calibration, calibration_of_model

__all__ = ["Calibration", "calibration_of_model"]
