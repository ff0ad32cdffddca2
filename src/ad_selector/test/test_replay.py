"""Recorded faces and what must come of them.

Each stream is a CSV with one row for each face of an analysed image, or a row with the stamp alone; demo-film was
recorded from the demo's footage by streams/record.py, the others were drawn by hand with noise. Beside each lies what
the selector must say, line by line; whoever changes a rule on purpose changes these lines with it.
"""

import csv
import itertools
from pathlib import Path

import pytest
from ad_selector.params import AdSelectorParams, OnStay
from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.selector import replay
from ad_selector.watchers import FaceObservations, ObservedFace, Policy
from signage_catalogue import load_catalogue
from signage_common.demographics import Decade, Demographics, Gender
from signage_common.stamps import NS_PER_S, ns_to_seconds

pytestmark = pytest.mark.replay

STREAMS = Path(__file__).parent / "streams"
VISITORS = [1, 1, 2, 1, 3, 1, 2, 1, 2, 4]  # people in each visit of the demo's footage
SCENES = {
    "demo-film": ("demo-film", {}),
    "crossing": ("crossing", {}),
    "crossing-majority": ("crossing", {"policy": Policy.MAJORITY}),
    "crossing-longest": ("crossing", {"policy": Policy.LONGEST}),
    "passers-by": ("passers-by", {}),
    "long-stay": ("long-stay", {}),
    "long-stay-next": ("long-stay", {"on_stay": OnStay.NEXT}),
    "clock": ("clock", {}),
    "poster": ("poster", {}),
}


def read_stream(name):
    with (STREAMS / f"{name}.csv").open(newline="") as file:
        for stamp, rows in itertools.groupby(csv.DictReader(file), key=lambda row: row["stamp_ns"]):
            yield FaceObservations(int(stamp), tuple(read_face(row) for row in rows if row["track"]))


def read_face(row):
    confidence, age, spread = (float(row[name]) if row[name] else None for name in ("confidence", "age", "spread"))
    fused = Demographics(Gender(int(row["gender"])), confidence, age, spread, Decade(int(row["decade"])))
    attention, still_s = (float(row[name]) if row[name] else None for name in ("attention", "still"))
    area_px = int(row["width"]) * int(row["height"])
    return ObservedFace(int(row["track"]), row["state"] == "1", area_px, fused, attention, still_s)


def decide(scene, folder, media_folder):
    (folder / "film.webm").write_bytes((media_folder / "film.webm").read_bytes())
    (folder / "ads.yaml").write_bytes((STREAMS / "ads.yaml").read_bytes())
    stream, params = SCENES[scene]
    images = list(read_stream(stream))
    catalogue = load_catalogue(folder / "ads.yaml")
    return images[0].stamp_ns, list(replay(images, "deeplens1", AdSelectorParams(**params), catalogue))


def numbers(counts):
    """Write watchers, others in sight and still faces: ``2+1+0``."""
    return f"{counts.watchers}+{counts.in_sight}+{counts.still_faces}"


def classes(histogram):
    return ",".join(map(str, histogram))


def line_of(output, zero_ns):
    if isinstance(output, PresenceChange):
        time_s, what = ns_to_seconds(output.stamp_ns - zero_ns), output.event.name
        text = f"{output.episode} {output.estimation} now {numbers(output.now)} so far {numbers(output.total.counts)}"
        text += f" dwell {output.dwell_s:.3f} attention {output.attention_s:.3f}"
        if output.event is PresenceEvent.ENDED:
            text += f" dwells {classes(output.total.dwell_histogram)} looks {classes(output.total.attention_histogram)}"
    else:
        time_s, what = ns_to_seconds(output.captured_ns - zero_ns), f"AD {output.showing}"
        text = (
            f"{output.campaign or 'fallback'} {output.creative.name} for {output.episode or 'nobody'}: {output.reason}"
        )
    return f"{time_s:.3f} {what} {text}"


@pytest.mark.parametrize("scene", SCENES)
def test_a_stream_leads_to_the_same_decisions(scene, tmp_path, media_folder):
    zero_ns, outputs = decide(scene, tmp_path, media_folder)
    lines = [line_of(output, zero_ns) for output in outputs]
    assert lines == (STREAMS / f"{scene}.txt").read_text().splitlines()


@pytest.mark.parametrize("scene", SCENES)
def test_episodes_do_not_overlap_and_each_is_decided_at_most_once(scene, tmp_path, media_folder):
    _, outputs = decide(scene, tmp_path, media_folder)
    changes = [output for output in outputs if isinstance(output, PresenceChange)]
    ends = [change.event for change in changes if change.event is not PresenceEvent.UPDATED]
    assert ends == [PresenceEvent.STARTED, PresenceEvent.ENDED] * (len(ends) // 2) and ends
    decided = [output.episode for output in outputs if not isinstance(output, PresenceChange) and output.showing == 1]
    assert len(set(decided)) == len(decided) and set(decided) <= {change.episode for change in changes}
    updates = [change.stamp_ns for change in changes if change.event is PresenceEvent.UPDATED]
    assert all(later - earlier >= NS_PER_S for earlier, later in itertools.pairwise(sorted(updates)))


def test_the_film_gives_one_decision_for_each_of_its_visits(tmp_path, media_folder):
    """Every visit of the footage is answered once, for somebody known, within a second, and everybody is counted."""
    _, outputs = decide("demo-film", tmp_path, media_folder)
    ads = [output for output in outputs if not isinstance(output, PresenceChange) and output.showing]
    assert len(ads) == len({ad.episode for ad in ads}) == len(VISITORS)
    assert all(not ad.is_fallback and ad.captured_ns - ad.arrived_ns <= NS_PER_S for ad in ads)
    changes = [output for output in outputs if isinstance(output, PresenceChange)]
    counted = [max(change.now.watchers for change in changes if change.episode == ad.episode) for ad in ads]
    assert counted == VISITORS
