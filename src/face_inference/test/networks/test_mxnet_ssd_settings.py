import pytest
from face_inference.networks.model_files import ModelChoice
from face_inference.networks.mxnet_ssd_settings import (
    MxnetSsdSettings,
    make_settings,
    parse_numbers,
    read_settings,
    settings_of,
)
from signage_common.errors import ConfigurationError


def test_a_model_without_settings_says_nothing(tmp_path):
    assert read_settings(tmp_path / "none.json") == MxnetSsdSettings()


def test_settings_are_read_from_json(tmp_path):
    path = tmp_path / "faces.json"
    path.write_text('{"width": 512, "mean": [1, 2, 3], "scale": [0.1, 0.2, 0.3], "boxes": "pixels"}')
    expected = MxnetSsdSettings(width=512, mean=(1, 2, 3), scale=(0.1, 0.2, 0.3), boxes="pixels")
    assert read_settings(path) == expected


def test_what_one_does_not_say_the_other_does():
    one = MxnetSsdSettings(width=512, face_class=0, mean=(0, 0, 0))
    other = MxnetSsdSettings(width=300, height=300, face_class=7)
    assert one.over(other) == MxnetSsdSettings(width=512, height=300, face_class=0, mean=(0, 0, 0))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"height": 8}, "x: height: input should be greater"),
        ({"mean": [1, 2]}, "x: mean: "),
        ({"mean": [1, 2, float("nan")]}, "x: mean: "),
        ({"channels": "gbr"}, "x: channels: input should be 'rgb' or 'bgr'"),
        ({"face_class": -2}, "x: face_class: "),
        ({"colour": 1}, "x: colour: extra"),
        ([], "x: input should be"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(values, message):
    with pytest.raises(ConfigurationError) as caught:
        make_settings(values, "x")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "faces.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"faces\.json: expected the settings"):
        read_settings(path)


def test_a_user_may_leave_all_to_the_model():
    assert settings_of(ModelChoice("faces")) == MxnetSsdSettings()


def test_what_a_user_says_is_kept():
    choice = ModelChoice("faces", 512, 288, "127.5,127,126", "0.5", "bgr", -1)
    expected = {
        "width": 512,
        "height": 288,
        "mean": (127.5, 127, 126),
        "scale": 0.5,
        "channels": "bgr",
        "face_class": -1,
    }
    assert settings_of(choice) == MxnetSsdSettings(**expected)
    assert settings_of(ModelChoice(scale="1,2,3")).scale == (1, 2, 3)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (ModelChoice(mean="grey"), "parameter model_mean: expected numbers"),
        (ModelChoice(mean="1,2"), "parameters model_*: mean: "),
        (ModelChoice(scale="1,2"), "parameters model_*: scale: "),
        (ModelChoice(channels="grey"), "parameters model_*: channels: "),
        (ModelChoice(width=5), "parameters model_*: width: "),
    ],
)
def test_what_a_user_says_wrongly_is_named(choice, message):
    with pytest.raises(ConfigurationError) as caught:
        settings_of(choice)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("text", "numbers"), [("123, 117,104", [123, 117, 104]), ("0.5", [0.5])])
def test_numbers_are_read(text, numbers):
    assert parse_numbers(text, "model_mean") == numbers


@pytest.mark.parametrize("text", ["", "1,,2", "red", "1;2"])
def test_anything_else_is_refused(text):
    with pytest.raises(ConfigurationError, match="model_mean: expected numbers"):
        parse_numbers(text, "model_mean")
