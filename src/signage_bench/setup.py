from setuptools import find_packages, setup

NAME = "signage_bench"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={NAME: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
    ],
    zip_safe=True,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="The benches of the system: the whole graph, the detectors, the backends, the journal, recordings",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
