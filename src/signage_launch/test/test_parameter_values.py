import math
from dataclasses import dataclass

import pytest
from signage_common.errors import ConfigurationError
from signage_common.params import parameter
from signage_launch.launch_xml.plan import ParameterText, Plan, ProcessPlan
from signage_launch.parameter_values import check_values, parameter_types, unknown_parameters

pytestmark = pytest.mark.fault


@dataclass(frozen=True)
class Params:
    source: str = parameter("", "Where images come from.")
    threads: int = parameter(1, "How many.", 1, 64)
    fps: float = parameter(0.0, "Images a second.", 0.0, 120.0)
    loop: bool = parameter(True, "Whether it begins again.")
    policy: str = parameter("largest", "Who counts.", choices=("largest", "majority"))
    hosts: tuple[str, ...] = parameter(("",), "Names.")
    low: float = parameter(0.0, "Below high.", 0.0, 1.0)

    def __post_init__(self):
        if self.low > self.fps:
            raise ConfigurationError(f"low: expected at most fps, got {self.low}")


GOOD = [
    {},
    {"source": "y", "threads": 64, "fps": 0.0, "loop": False, "policy": "majority", "hosts": ["y", "08"]},
    {"fps": 120.0, "low": 1.0, "unknown": {1, 2}},
]
BAD = [
    ({"threads": 0}, "expected 1 to 64, got 0"),
    ({"threads": 65}, "expected 1 to 64, got 65"),
    ({"threads": -(10**30)}, "expected 1 to 64, got -1000"),
    ({"threads": 1.0}, "expected a whole number, got '1.0'"),
    ({"threads": True}, "expected a whole number, got 'True'"),
    ({"threads": "2"}, "expected a whole number, got '2'"),
    ({"threads": None}, "expected a whole number, got 'None'"),
    ({"threads": [1]}, "expected a whole number, got"),
    ({"fps": math.nan}, "expected 0 to 120, got nan"),
    ({"fps": math.inf}, "expected 0 to 120, got inf"),
    ({"fps": -0.5}, "expected 0 to 120, got -0.5"),
    ({"fps": 5}, "expected a number, got '5'"),
    ({"loop": "yes"}, "expected true or false, got 'yes'"),
    ({"loop": 1}, "expected true or false, got '1'"),
    ({"policy": "odd"}, "expected one of largest, majority, got 'odd'"),
    ({"hosts": "a"}, "expected a list, got 'a'"),
    ({"hosts": ["a", 1]}, "expected a text, got '1'"),
    ({"source": 8}, "expected a text, got '8'"),
    ({"source": "a\0b"}, "expected a text without the character 0"),
    ({"source": ["rtsp://admin:secret@h/"]}, r"expected a text, got .*\.\.\."),
    ({"low": 0.5}, "expected at most fps, got 0.5"),
]


@pytest.mark.parametrize("values", GOOD, ids=str)
def test_values_that_fit(values):
    check_values(Params, values, {})


@pytest.mark.parametrize(("values", "message"), BAD, ids=str)
def test_values_that_do_not_are_named_with_what_was_expected(values, message):
    name = next(iter(values))
    with pytest.raises(ConfigurationError, match=rf"^(parameter )?{name}: {message}") as raised:
        check_values(Params, values, {})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "given", "subject"),
    [
        ("threads", 0, "0", "launch argument threads: "),
        ("threads", 0, "4", "parameter threads: "),
        ("threads", 10**25, str(10**25), "launch argument threads: "),
        ("fps", 500.0, "5e2", "launch argument fps: "),
        ("fps", math.nan, "nan", "launch argument fps: "),
        ("policy", "odd", "odd", "launch argument policy: "),
        ("policy", "odd", "largest", "parameter policy: "),
    ],
)
def test_a_value_that_came_from_a_launch_argument_is_called_by_it(name, value, given, subject):
    with pytest.raises(ConfigurationError, match=f"^{subject}expected"):
        check_values(Params, {name: value}, {name: given})


def test_types_are_those_of_the_defaults():
    types = {"source": str, "threads": int, "fps": float, "loop": bool, "policy": str, "hosts": str, "low": float}
    assert parameter_types([Params]) == types


def test_what_a_users_file_sets_in_vain_is_named_with_what_was_probably_meant(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "/**: {ros__parameters: {source: x, loop: true, use_sim_time: true}}\n"
        "/d/n: {ros__parameters: {sorce: x, bind: {a: 1}, other: 2, qos_overrides: {/d/ad: {publisher: {depth: 2}}}}}\n"
        "/d/usb_cam: {ros__parameters: {anything: 1}}\n"
    )
    own = ParameterText("/d/n: {ros__parameters: {unset_source: 1}}")
    processes = [
        ProcessPlan(name, (name, "--params-file", own, "--params-file", str(file)), {}, node=f"/d/{name}")
        for name in ("n", "m", "usb_cam")
    ]
    plan = Plan(processes, configurations={"params_file": str(file)})
    assert unknown_parameters(plan, {"n": Params, "m": Other}) == [
        "node n has no parameter bind.a, which has no effect",
        "node n has no parameter sorce, which has no effect; did you mean source?",
    ]
    assert unknown_parameters(Plan(processes), {"n": Params, "m": Other}) == []


@dataclass(frozen=True)
class Other:
    other: int = parameter(1, "Something.")
