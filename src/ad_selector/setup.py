from setuptools import find_packages, setup

NAME = "ad_selector"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(exclude=["test"]),
    package_data={NAME: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
        (f"lib/{NAME}", ["scripts/ad_selector"]),
    ],
    zip_safe=True,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="Presence episodes, the catalogue of advertisements, and the choice for whoever watches",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
