"""Tools of the operating system that the set-up needs: named, or installed with apt where it may."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signage_common.browser import BROWSER_NAMES, BROWSER_PACKAGE
from signage_common.errors import ConfigurationError

from signage_cli.setup.running import RunningStep


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


BROWSER = Tool("Chromium", BROWSER_NAMES, BROWSER_PACKAGE)
CLOCK_SETTER = Tool("faketime", ("faketime",), "faketime")
DATABASE_SERVER = Tool("PostgreSQL", ("initdb", "pg_createcluster"), "postgresql")
CHECK_TOOLS = (CLOCK_SETTER, DATABASE_SERVER)
BUILD_TOOLS = (
    Tool("a C compiler", ("cc", "gcc"), "build-essential"),
    Tool("a C++ compiler", ("c++", "g++"), "build-essential"),
    Tool("make", ("make", "ninja"), "build-essential"),
    Tool("cmake", ("cmake",), "cmake"),
    Tool("npm", ("npm",), "npm"),
)


def missing_tools(tools: Sequence[Tool], env: Mapping[str, str]) -> list[Tool]:
    """Return the tools of which no program is on the PATH."""
    return [tool for tool in tools if not any(shutil.which(name, path=env.get("PATH")) for name in tool.programs)]


def install_command(tools: Sequence[Tool]) -> list[str]:
    """Return the command that installs the tools on Debian or Ubuntu."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *sorted({tool.package for tool in tools})]


def can_install(env: Mapping[str, str]) -> bool:
    """Return whether this is root on Debian, Ubuntu or their like."""
    return os.geteuid() == 0 and shutil.which("apt-get", path=env.get("PATH")) is not None


def check_installable(tools: Sequence[Tool], env: Mapping[str, str]) -> None:
    """Refuse tools that are missing and that only somebody else may install.

    Raises:
        ConfigurationError: there are such; the message names the command.
    """
    if tools and not can_install(env):
        names = " and ".join(tool.title for tool in tools)
        command = " ".join(install_command(tools))
        raise ConfigurationError(f"{names} not found; `sudo {command}` installs what is missing")


def install(step: RunningStep, tools: Sequence[Tool], env: Mapping[str, str]) -> None:
    """Install tools with apt.

    Raises:
        ConfigurationError: this is not root, or there is no apt.
        SignageError: apt failed.
    """
    check_installable(tools, env)
    quiet = {**env, "DEBIAN_FRONTEND": "noninteractive"}
    step.run(["apt-get", "update"], quiet, on_line=step.show)
    step.run(install_command(tools), quiet, on_line=step.show)
