import sys

import pytest
from signage_cli.node_checks import NODE_CHECKS
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.plan import ParameterText, Plan, ProcessPlan
from signage_launch.preflight import check


def process(node, **parameters):
    text = f"/d/{node}: {{ros__parameters: {parameters}}}"
    return ProcessPlan(node, (node, "--params-file", ParameterText(text)), {}, node=f"/d/{node}")


def test_the_detector_must_exist_and_have_its_packages(monkeypatch):
    def plan(detector):
        return Plan([process("face_inference", detector=detector, models_dir="/elsewhere")])

    for detector in ("", "tiny", "haar"):
        check(plan(detector), NODE_CHECKS)
    with pytest.raises(ConfigurationError, match=r"detector: expected one of ssd, .*, got 'retina'"):
        check(plan("retina"), NODE_CHECKS)
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ConfigurationError, match=r"detector dlib: .* `\./signage setup detectors` installs it"):
        check(plan("dlib"), NODE_CHECKS)


def test_the_catalogue_of_either_node_must_be_good(tmp_path):
    with pytest.raises(ConfigurationError, match=r"ads\.yaml"):
        check(Plan([process("ad_selector", catalog=str(tmp_path / "ads.yaml"))]), NODE_CHECKS)
    (tmp_path / "ads.yaml").write_text("version: 1\nfallback: [nothing]\n")
    with pytest.raises(ConfigurationError, match=r"ads\.yaml"):
        check(Plan([process("signage_bridge", catalog=str(tmp_path / "ads.yaml"), page_dir="/p")]), NODE_CHECKS)
