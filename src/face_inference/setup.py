from setuptools import find_packages, setup

NAME = "face_inference"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={NAME: ["py.typed", "*-calibration.json"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
        (f"lib/{NAME}", ["scripts/face_inference"]),
    ],
    zip_safe=True,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="Find faces, follow them, and estimate gender and age of each",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
