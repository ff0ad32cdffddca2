import pytest
from signage_launch.launch_xml.parameters import effective_parameters
from signage_launch.launch_xml.plan import ParameterText, ProcessPlan

WILD = "/**/camera: {ros__parameters: {a: wild, b: wild}}"
STAR = "/**: {ros__parameters: {a: star}}"
EXACT = "/d/camera: {ros__parameters: {a: exact}}"
WILD_AGAIN = "/**/camera: {ros__parameters: {a: again}}"
OTHER = "/**/other: {ros__parameters: {a: other}}"
ONE_PART = "/*/camera: {ros__parameters: {a: part}}"
NESTED = "d: {camera: {ros__parameters: {deep: {er: 1}}}}"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([WILD, STAR], {"a": "star", "b": "wild"}),
        ([STAR, WILD], {"a": "wild", "b": "wild"}),
        ([WILD, STAR, WILD_AGAIN], {"a": "star", "b": "wild"}),
        ([WILD, EXACT], {"a": "exact", "b": "wild"}),
        ([EXACT, WILD_AGAIN], {"a": "again"}),
        ([EXACT, OTHER], {"a": "exact"}),
        ([ONE_PART], {"a": "part"}),
        ([NESTED], {"deep.er": 1}),
        (["", "just text"], {}),
    ],
)
def test_merged_as_rcl_does(texts, expected):
    arguments = [item for text in texts for item in ("--params-file", ParameterText(text))]
    assert effective_parameters(ProcessPlan("camera", ("camera", *arguments), {}, node="/d/camera")) == expected


def test_files_are_read(tmp_path):
    (tmp_path / "p.yaml").write_text(WILD)
    process = ProcessPlan("camera", ("camera", "--params-file", str(tmp_path / "p.yaml")), {}, node="/camera")
    assert effective_parameters(process) == {"a": "wild", "b": "wild"}
