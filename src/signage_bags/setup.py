from setuptools import find_packages, setup

NAME = "signage_bags"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(exclude=["test"]),
    package_data={NAME: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
        (f"lib/{NAME}", ["scripts/recorder", "scripts/player"]),
    ],
    zip_safe=True,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="Recordings: bags written, read, played again, and decided without a clock",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
