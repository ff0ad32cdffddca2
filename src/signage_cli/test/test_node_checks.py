import sys

import pytest
from signage_cli.node_checks import NODE_CHECKS, NODE_PARAMS
from signage_common.errors import ConfigurationError
from signage_launch.graph import plan_graph
from signage_launch.launch_xml.parameters import effective_parameters
from signage_launch.launch_xml.plan import ParameterText, Plan, ProcessPlan
from signage_launch.parameter_values import parameter_types
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


def test_the_journal_must_be_one_that_can_go_on(tmp_path):
    path = tmp_path / "journal.db"
    check(Plan([process("journal", url=str(path))]), NODE_CHECKS)
    assert not path.exists()
    path.write_text("notes")
    with pytest.raises(ConfigurationError, match=r"journal\.db: expected a journal, found a file of another kind"):
        check(Plan([process("journal", url=str(path))]), NODE_CHECKS)
    with pytest.raises(ConfigurationError, match="expected a file, sqlite:///FILE or postgresql:"):
        check(Plan([process("journal", url="mysql://root@h/d")]), NODE_CHECKS)


def whole_plan(**given):
    """Plan the graph with real values and one more."""
    defaults = {"source": "synthetic", "http_port": "0", "rosbridge_port": "0"}
    return plan_graph({**defaults, **given}, parameter_types(NODE_PARAMS.values()))


@pytest.mark.fault
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"threads": "0"}, "^launch argument threads: expected 1 to 64, got 0$"),
        ({"threads": "99999999999999999999"}, "^launch argument threads: expected 1 to 64, got 99999999999999999999$"),
        ({"child_below_years": "99"}, "^launch argument child_below_years: expected 10 to 25, got 99$"),
        ({"child_below_years": "nan"}, "^launch argument child_below_years: expected 10 to 25, got nan$"),
        ({"fps": "-1"}, "^launch argument fps: expected 0 to 120, got -1$"),
        ({"width": "100000"}, "^launch argument width: expected 0 to 7680, got 100000$"),
        ({"photo_s": "0"}, "^launch argument photo_s: expected 0.1 to 3600, got 0$"),
        ({"rotate": "45"}, "rotate: expected 0, 90, 180 or 270, got 45$"),
        ({"http_port": "65536"}, "^launch argument http_port: expected 0 to 65535, got 65536$"),
        ({"http_port": "abc"}, "^launch argument http_port: expected int, got 'abc'$"),
        ({"http_port": ""}, "^launch argument http_port: expected int, got ''$"),
        ({"detector": "NONE"}, "detector: expected one of ssd, .*, got 'NONE'"),
        ({"detector": "y"}, "detector: expected one of ssd, .*, got 'y'"),
        ({"detector": "mxnet-ssd"}, "model: expected the PREFIX .* got nothing"),
        ({"detector": "mxnet-ssd", "model": "08"}, "model: 08-symbol.json: no such file"),
        (
            {"age_gender_model": "NONE"},
            "age_gender_model: .*/NONE-symbol.json: no such file; expected a network's name",
        ),
        ({"age_gender_model": "12e34"}, "age_gender_model: .*/12e34-symbol.json: no such file"),
        ({"age_gender_model": "NONE", "backend": "onnxruntime"}, "age_gender_model: .*/NONE.onnx: no such file"),
        ({"age_gender_model": "a" * 300}, "age_gender_model: .*: no such file"),
        ({"source": "empty"}, "source: .*empty: no photo there; expected .jpg"),
        ({"source": "empty/*.jpg"}, "source empty/.*: no such file or folder"),
        ({"source": "texts"}, "source: .*texts: no photo there; expected .jpg"),
        ({"source": "y"}, "^source y: no such file or folder"),
        ({"source": "foo://admin:secret@h/"}, "source: foo://.*: expected an address that begins with rtsp"),
        ({"source": "rtsp://admin:se/cret@h/"}, "source: rtsp://...: "),
        ({"catalog": "12e34"}, "12e34: expected a catalogue"),
        ({"catalog": "empty"}, "empty: expected a catalogue"),
        ({"bind": "192.168.1..10"}, "^bind:=192.168.1..10: not an address of this machine$"),
    ],
    ids=lambda each: str(each)[:60],
)
def test_a_mistake_is_one_line_before_anything_starts(tmp_path, monkeypatch, given, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").touch()
    with pytest.raises(ConfigurationError, match=message) as raised:
        check(whole_plan(**given), NODE_CHECKS, NODE_PARAMS)
    assert "\n" not in str(raised.value) and "cret" not in str(raised.value)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/**/camera: {ros__parameters: {fps: fast}}", "^node camera: parameter fps: expected a number, got 'fast'$"),
        ("/**: {ros__parameters: {threads: 1.5}}", "^node face_inference: parameter threads: expected a whole number"),
        ("/**: {ros__parameters: {policy: odd}}", "^node ad_selector: parameter policy: expected one of largest, "),
        ("/**: {ros__parameters: {allowed_hosts: sign}}", "parameter allowed_hosts: expected a list, got 'sign'$"),
        (
            "/**: {ros__parameters: {allowed_hosts: ['a:80']}}",
            "allowed_hosts: expected names .*, got 'a:80'$",
        ),
        ("/**: {ros__parameters: {allowed_origins: [foo]}}", "allowed_origins: expected what .*, got 'foo'$"),
        (
            '/**: {ros__parameters: {source: "a\\0b"}}',
            "^node camera: parameter source: expected a text without the char",
        ),
        ("/**: {ros__parameters: {http_port: abc}}", "parameter http_port: expected a whole number, got 'abc'$"),
        ("/**: {ros__parameters: {loop: perhaps}}", "parameter loop: expected true or false, got 'perhaps'$"),
        ("/**: {ros__parameters: {max_clients: 08}}", "parameter max_clients: expected a whole number, got '08'$"),
    ],
)
def test_so_is_one_in_a_parameter_file(tmp_path, text, message):
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        check(whole_plan(params_file=str(tmp_path / "p.yaml")), NODE_CHECKS, NODE_PARAMS)


@pytest.mark.fault
def test_a_parameter_file_with_texts_that_look_like_something_else_is_fine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "08").mkdir()
    (tmp_path / "08" / "a.jpg").touch()
    (tmp_path / "p.yaml").write_text(
        "/**: {ros__parameters: {source: 08, frame_id: n, fps: 1e1, loop: y, screens: [y, 1e3], appear_s: 1}}"
    )
    plan = whole_plan(params_file=str(tmp_path / "p.yaml"))
    check(plan, NODE_CHECKS, NODE_PARAMS)
    camera = effective_parameters(plan.processes[0])
    assert (camera["source"], camera["frame_id"], camera["fps"], camera["loop"]) == ("08", "n", 10.0, True)
    assert effective_parameters(plan.processes[3])["screens"] == ["y", "1e3"]
