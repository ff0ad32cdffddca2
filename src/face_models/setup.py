from setuptools import find_packages, setup

NAME = "face_models"

setup(
    name=NAME,
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={NAME: ["py.typed", "samples/*.json"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
    ],
    zip_safe=False,
    maintainer="DeepLens signage maintainers",
    maintainer_email="maintainers@deeplens-signage.example",
    description="The networks of face_inference, offline: conversion, labelled faces, evaluation, training",
    license="Apache-2.0",
    extras_require={"test": ["pytest"]},
)
