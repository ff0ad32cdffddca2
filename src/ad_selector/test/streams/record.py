"""Record the faces of a film as the selector would be told about them: python record.py FILM STREAM.csv."""

import csv
import sys
import time
from pathlib import Path

import cv2
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.pipeline import Pipeline
from signage_common.stamps import ns_to_seconds, seconds_to_ns

START_NS = 1_795_334_399_123_456_789
EVERY_NTH = 3
COLUMNS = ["stamp_ns", "track", "state", "width", "height", "gender", "confidence", "age", "spread", "decade"]
COLUMNS += ["attention", "still"]


def main(film: str, stream: str) -> None:
    params = FaceInferenceParams()
    pipeline = Pipeline(load_networks(params), params, time.perf_counter, time.process_time)
    video = cv2.VideoCapture(film)
    fps = video.get(cv2.CAP_PROP_FPS)
    with Path(stream).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        index = 0
        while video.grab():
            if index % EVERY_NTH == 0:
                stamp_ns = START_NS + seconds_to_ns(index / fps)
                faces = pipeline.analyse(video.retrieve()[1], ns_to_seconds(stamp_ns)).faces
                writer.writerows(rows_of(stamp_ns, faces))
            index += 1


def rows_of(stamp_ns, faces):
    if not faces:
        yield [stamp_ns]
    for face in faces:
        left, top, right, bottom = face.xyxy_px
        fused = face.fused
        numbers = [fused.gender_confidence, fused.age_years, fused.age_spread_years]
        size = [round(right - left), round(bottom - top)]
        known = [*map(written, numbers), int(fused.decade), written(face.attention), written(face.still_s)]
        yield [stamp_ns, face.track_id, int(face.state), *size, int(fused.gender), *known]


def written(number):
    return "" if number is None else round(number, 2)


if __name__ == "__main__":
    main(*sys.argv[1:])
