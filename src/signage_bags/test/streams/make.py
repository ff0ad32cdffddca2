"""Make the bags of faces in this folder, and the decisions that must come out: python make.py.

They are made from the tables of the package ad_selector, which say who was seen when, and by its catalogue. Whoever
changes a rule of the selector on purpose runs this again; what has changed is then seen in the JSON.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from signage_bags.decide import decide_bag
from signage_bags.decision_files import write_decisions
from signage_bags.face_bags import FaceWriter, read_table, write_face_bag

HERE = Path(__file__).parent
TABLES = HERE.parents[2] / "ad_selector" / "test" / "streams"
DEVICE = "deeplens1"
SCENES = {
    "demo-film": ("demo-film", {}),
    "crossing": ("crossing", {}),
    "crossing-majority": ("crossing", {"policy": "majority"}),
    "crossing-longest": ("crossing", {"policy": "longest"}),
    "passers-by": ("passers-by", {}),
    "poster": ("poster", {}),
    "long-stay": ("long-stay", {}),
    "long-stay-next": ("long-stay", {"on_stay": "next"}),
    "clock": ("clock", {}),
}
"""What each bag is made from, and the selector's parameters that it notes."""


def write_bag(scene, folder):
    """Write the bag of a scene below a folder, and return where it is."""
    table, params = SCENES[scene]
    writer = FaceWriter(DEVICE)
    images = ((stamp_ns, writer.write(stamp_ns, faces)) for stamp_ns, faces in read_table(TABLES / f"{table}.csv"))
    write_face_bag(folder / scene, images, DEVICE, {"ad_selector": json.dumps(params)} if params else {})
    return folder / scene


def write_catalogue(folder):
    """Write the catalogue of the tables and a film for its creatives, and return where it is."""
    film = cv2.VideoWriter(str(folder / "film.webm"), cv2.VideoWriter_fourcc(*"VP80"), 24, (64, 48))
    for index in range(12):
        film.write(np.full((48, 64, 3), index * 20, np.uint8))
    film.release()
    return Path(shutil.copy(TABLES / "ads.yaml", folder))


def main():
    with tempfile.TemporaryDirectory() as folder:
        catalogue = write_catalogue(Path(folder))
        for scene in SCENES:
            shutil.rmtree(HERE / scene, ignore_errors=True)
            bag = write_bag(scene, HERE)
            write_decisions(HERE / f"{scene}.json", decide_bag(bag, catalogue).decisions, ())


if __name__ == "__main__":
    sys.exit(main())
