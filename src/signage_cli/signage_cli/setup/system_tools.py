"""Tools of the operating system that the set-up needs: named, or installed where it may."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signage_common.browser import BROWSER_NAMES

from signage_cli.setup.commands import run
from signage_cli.setup.errors import SetupError
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress


@dataclass(frozen=True)
class Tool:
    """A program of the operating system.

    Attributes:
        title: what people call it.
        programs: any of these on the PATH will do.
        package: Debian's and Ubuntu's package that brings it.
    """

    title: str
    programs: tuple[str, ...]
    package: str


COMPILER = Tool("a C compiler", ("cc", "gcc"), "build-essential")
COMPILER_CXX = Tool("a C++ compiler", ("c++", "g++"), "build-essential")
MAKE = Tool("make", ("make", "ninja"), "build-essential")
CMAKE = Tool("cmake", ("cmake",), "cmake")
NPM = Tool("npm", ("npm",), "npm")
BROWSER = Tool("Chromium", BROWSER_NAMES, "chromium")
BUILD_TOOLS = (COMPILER, COMPILER_CXX, MAKE, CMAKE, NPM)


def missing_tools(tools: Sequence[Tool], env: Mapping[str, str]) -> list[Tool]:
    """Return the tools of which no program is on the PATH."""
    return [tool for tool in tools if not any(shutil.which(name, path=env.get("PATH")) for name in tool.programs)]


def install_command(tools: Sequence[Tool]) -> list[str]:
    """Return the command that installs the tools on Debian or Ubuntu."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *sorted({tool.package for tool in tools})]


def can_install(env: Mapping[str, str]) -> bool:
    """Return whether this is root on Debian, Ubuntu or their like."""
    return os.geteuid() == 0 and shutil.which("apt-get", path=env.get("PATH")) is not None


def install(tools: Sequence[Tool], layout: Layout, progress: Progress, env: Mapping[str, str]) -> None:
    """Install tools with apt.

    Raises:
        SetupError: this is not root, there is no apt, or it failed.
    """
    command = install_command(tools)
    if not can_install(env):
        names = " and ".join(tool.title for tool in tools)
        raise SetupError(f"{names} not found; `sudo {' '.join(command)}` installs what is missing", exit_status=2)
    quiet = {**env, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], layout.log, quiet, on_line=progress.update)
    run(command, layout.log, quiet, on_line=progress.update)
