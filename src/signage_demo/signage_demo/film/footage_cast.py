"""The people of the demo film: in which photo, where the face is, and a rough outline to cut them out by.

All positions are fractions of the photo's width and height. The outlines were drawn by eye; ``footage_cutout`` refines
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Person:
    """One person in one photo.

    Attributes:
        name: the photo, and a letter for the person in it, from the left.
        photo: file name below the photo or portrait folder.
        gender: as it appears.
        face: centre x, centre y and height of the face from hairline to chin, fractions of the photo.
        outline: polygon around the person, fractions of the photo.
    """

    name: str
    photo: str
    gender: Literal["female", "male"]
    face: tuple[float, float, float]
    outline: Outline


def _person(
    name: str, photo: str, gender: Literal["female", "male"], face: tuple[int, int, int], outline: str
) -> Person:
    """Make a person from thousandths of the photo: the face as numbers, the outline as "x,y x,y ..."."""
    points = (point.split(",") for point in outline.split())
    polygon = tuple((int(x) / 1000, int(y) / 1000) for x, y in points)
    return Person(name, photo, gender, (face[0] / 1000, face[1] / 1000, face[2] / 1000), polygon)


CAST = {
    person.name: person
    for person in (
        _person(
            "obama", "obama.jpg", "male", (540, 225, 250),
            "540,025 450,040 393,130 370,186 396,257 440,330 437,374 218,457 155,530 75,800 57,857 110,1000 "
            "880,1000 905,857 923,686 928,500 880,443 700,374 637,326 682,257 709,186 686,130 630,050",
        ),
        _person(
            "biden", "biden.jpg", "male", (575, 160, 150),
            "585,043 440,080 400,136 410,186 440,236 130,280 50,336 40,457 100,570 65,740 0,857 0,1000 877,1000 "
            "970,857 925,657 1000,543 1000,440 960,370 900,330 760,300 680,280 665,250 730,193 770,143 763,093",
        ),
        _person(
            "sample3a", "sample3.jpg", "female", (360, 340, 160),
            "380,185 330,200 300,240 285,300 270,360 240,380 160,450 115,500 130,560 200,580 200,700 200,820 "
            "200,1000 500,1000 490,750 490,520 470,470 490,380 485,300 455,230 420,195",
        ),
        _person(
            "sample3b", "sample3.jpg", "female", (620, 260, 170),
            "630,105 585,130 565,180 560,270 575,340 575,370 520,380 480,440 485,600 500,1000 750,1000 740,650 "
            "730,500 680,420 670,360 700,310 725,250 720,170 680,115",
        ),
        _person(
            "sample3c", "sample3.jpg", "female", (840, 320, 180),
            "810,165 770,180 755,250 740,330 715,400 720,460 740,500 735,600 740,700 750,850 760,1000 950,1000 "
            "900,750 925,620 900,520 860,470 855,435 875,380 885,300 875,220 850,175",
        ),
        _person(
            "sample6a", "sample6.jpg", "female", (190, 405, 170),
            "155,250 105,290 95,380 85,480 80,550 85,620 80,700 100,800 100,1000 340,1000 340,750 345,620 320,520 "
            "290,440 275,360 240,290 200,255",
        ),
        _person(
            "sample6b", "sample6.jpg", "female", (400, 310, 190),
            "390,140 355,170 345,250 350,340 365,400 360,470 310,530 335,600 340,750 340,1000 520,1000 530,700 535,500 "
            "515,460 500,400 495,300 490,220 470,170 430,140",
        ),
        _person(
            "sample6c", "sample6.jpg", "female", (660, 290, 170),
            "660,110 610,160 585,240 575,350 570,460 550,490 540,550 520,750 520,1000 725,1000 732,600 735,450 "
            "760,350 750,240 730,160 700,120",
        ),
        _person(
            "sample6d", "sample6.jpg", "female", (815, 290, 180),
            "870,095 820,115 785,170 765,250 770,350 765,420 755,500 750,620 750,750 750,1000 830,1000 850,780 "
            "880,670 910,580 930,520 935,420 930,300 925,200 905,120",
        ),
        _person(
            "sample4b", "sample4.jpg", "female", (390, 130, 150),
            "415,015 370,040 350,090 340,150 335,220 325,280 320,320 285,370 280,420 280,600 290,1000 480,1000 "
            "480,600 495,420 500,300 495,200 490,120 475,060 445,020",
        ),
        _person(
            "sample5e", "sample5.jpg", "female", (790, 360, 160),
            "800,195 750,230 730,300 735,400 735,500 745,580 740,700 740,1000 940,1000 930,700 935,550 925,450 "
            "910,360 880,250 840,205",
        ),
    )
}  # fmt: skip
