from pathlib import Path

from setuptools import setup

NAME = "signage_bringup"


def files(folder, pattern):
    """Return the paths of the files of a folder, in order; a build folder keeps links to files that are gone."""
    return [str(path) for path in sorted(Path(folder).glob(pattern)) if path.is_file()]


setup(
    name=NAME,
    version="0.1.0",
    packages=[],
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
        (f"share/{NAME}/launch", files("launch", "*.launch.xml")),
        (f"share/{NAME}/config", files("config", "*")),
        (f"share/{NAME}/demo", files("demo", "*")),
    ],
    zip_safe=False,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="Launch files, configuration and demo creatives of the signage system",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
