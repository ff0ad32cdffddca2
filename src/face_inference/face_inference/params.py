"""The parameters of the face_inference node."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signage_common.home import expand_user, signage_home
from signage_common.params import parameter

from face_inference.abstention import AbstentionRules
from face_inference.networks.backends import BACKENDS, DEFAULT_BACKEND
from face_inference.networks.detectors import DETECTORS, check_score
from face_inference.networks.model_files import NOT_SAID, ModelChoice
from face_inference.tracks import TrackRules

DETECTOR_OF_PROFILE = {"default": "ssd", "fast": "ssd-fast", "close-up": "tiny"}


@dataclass(frozen=True)
class FaceInferenceParams:
    """What can be set, each once: default, description, range."""

    profile: str = parameter(
        "default",
        "What the detector is chosen for: default, fast (less work, larger faces), close-up (faces near the camera).",
        choices=tuple(DETECTOR_OF_PROFILE),
    )
    detector: str = parameter("", f"Name of the face detector: {', '.join(DETECTORS)}; empty: that of the profile.")
    backend: str = parameter(
        DEFAULT_BACKEND, "What runs the networks: mxnet, onnxruntime or opencv.", choices=tuple(BACKENDS)
    )
    threads: int = parameter(1, "Threads that work on one run of a network.", 1, 64)
    model: str = parameter("", "PREFIX of the detector mxnet-ssd: PREFIX-symbol.json, PREFIX-0000.params, PREFIX.json.")
    model_width: int = parameter(0, "Width of that model's input, px; 0: as PREFIX.json says, or its kind's.", 0, 4096)
    model_height: int = parameter(
        0, "Height of that model's input, px; 0: as PREFIX.json says, or its kind's.", 0, 4096
    )
    model_mean: str = parameter("", "Subtracted from red, green and blue, such as 123,117,104; empty: its kind's.")
    model_scale: str = parameter("", "What then is multiplied, one number or three; empty: its kind's.")
    model_channels: str = parameter(
        "", "Order of that model's channels: rgb or bgr; empty: as PREFIX.json says, or rgb."
    )
    model_face_class: int = parameter(
        NOT_SAID, "Class that is a face, from 0; -1: each class; -2: as PREFIX.json says, or 0.", -2, 1000
    )
    models_dir: str = parameter("", "Folder of the networks; empty: $SIGNAGE_HOME/models.")
    age_gender_model: str = parameter("age-gender", "Name of the age and gender network in models_dir.")
    transport: str = parameter(
        "compressed",
        "Which images are taken: compressed (image_raw/compressed) or raw (image_raw).",
        choices=("compressed", "raw"),
    )
    detect_rate_hz: float = parameter(10.0, "Images analysed a second at most, Hz.", 0.1, 120.0, is_live=True)
    still_rate_hz: float = parameter(
        2.5, "Images analysed a second while nobody is there and nothing moves, Hz.", 0.1, 120.0, is_live=True
    )
    start_score: float = parameter(0.5, "Smallest detection score that starts a track.", 0.05, 1.0, is_live=True)
    keep_score: float = parameter(0.3, "Smallest detection score that continues a track.", 0.05, 1.0, is_live=True)
    coast_s: float = parameter(0.5, "How long a face that is missed is predicted, s.", 0.0, 5.0, is_live=True)
    faces_per_image: int = parameter(
        2, "Faces whose gender and age are estimated in one image at most.", 1, 50, is_live=True
    )
    min_face_px: int = parameter(
        40, "Shorter side of the smallest face of which anything is said, px.", 16, 1000, is_live=True
    )
    min_confidence: float = parameter(0.8, "Probability below which the gender is unknown.", 0.5, 0.98, is_live=True)
    child_below_years: float = parameter(
        16.0, "Age below which the gender is unknown, years.", 10.0, 25.0, is_live=True
    )
    max_away_deg: float = parameter(
        40.0,
        "How far a head may be turned away for its gender and age to be estimated, degrees.",
        10.0,
        90.0,
        is_live=True,
    )
    min_sharpness: float = parameter(
        0.015,
        "Sharpness of a face below which nothing is estimated: 0.2 is sharp, 0.02 blurred by a fiftieth of its width.",
        0.0,
        1.0,
        is_live=True,
    )

    def __post_init__(self) -> None:
        """Check that the scores suit the detector.

        Raises:
            ConfigurationError: they don't.
        """
        check_score(self.detector_name, self.detection_score)

    @property
    def detector_name(self) -> str:
        """Return the detector that is asked for by name or by profile."""
        return self.detector or DETECTOR_OF_PROFILE[self.profile]

    @property
    def model_choice(self) -> ModelChoice:
        """Return what is said of a foreign model."""
        return ModelChoice(
            prefix=self.model,
            width=self.model_width,
            height=self.model_height,
            mean=self.model_mean,
            scale=self.model_scale,
            channels=self.model_channels,
            face_class=self.model_face_class,
        )

    @property
    def models_path(self) -> Path:
        """Return the folder of the networks."""
        return expand_user(self.models_dir) if self.models_dir else signage_home() / "models"

    @property
    def detection_score(self) -> float:
        """Return the smallest score that the detector has to report."""
        return min(self.keep_score, self.start_score)

    @property
    def track_rules(self) -> TrackRules:
        """Return when a track starts and ends."""
        return TrackRules(start_score=self.start_score, coast_s=self.coast_s)

    @property
    def abstention_rules(self) -> AbstentionRules:
        """Return when nothing is said about a person."""
        return AbstentionRules(
            self.min_face_px, self.min_confidence, self.child_below_years, self.max_away_deg, self.min_sharpness
        )
