from setuptools import find_packages, setup

NAME = "signage_bridge"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(include=[NAME, f"{NAME}.*"]),
    package_data={NAME: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
        (f"lib/{NAME}", ["scripts/signage_bridge"]),
    ],
    zip_safe=True,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="The way from the ROS graph to the screens: rosbridge v2, page, media, health",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
