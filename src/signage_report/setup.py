from setuptools import find_packages, setup

NAME = "signage_report"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(exclude=["test"]),
    package_data={NAME: ["py.typed", "templates/*.j2"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
    ],
    zip_safe=False,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="Reports from the journal: who watched what for how long, without telling of any single person",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
