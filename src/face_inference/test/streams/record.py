"""Record what the detector finds in every frame of a part of a film: python record.py FILM FIRST_S SECONDS CSV."""

import csv
import sys
from pathlib import Path

import cv2
from face_inference.networks.detectors import make_detector
from face_inference.params import FaceInferenceParams


def main(film, first_s, seconds, boxes):
    params = FaceInferenceParams()
    detector = make_detector(params.detector_name, params.models_path, params.detection_score)
    video = cv2.VideoCapture(film)
    fps = video.get(cv2.CAP_PROP_FPS)
    first, last = round(float(first_s) * fps), round((float(first_s) + float(seconds)) * fps)
    with Path(boxes).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["frame", "left", "top", "right", "bottom", "score"])
        for index in range(last):
            frame = video.read()[1]
            if index < first:
                continue
            found = detector.detect(frame)
            rows = zip(found.xyxy_px.tolist(), found.scores.tolist(), strict=True)
            writer.writerows([index - first, *(round(side) for side in box), round(score, 3)] for box, score in rows)
            print(index, len(found.scores), end="\r", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
