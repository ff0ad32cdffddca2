import pytest
from sensor_msgs.msg import CameraInfo
from signage_bridge.messages.field_type import FieldType, fields_of, parse_field_type


@pytest.mark.parametrize(
    ("text", "field_type"),
    [
        ("float", FieldType("float")),
        ("string", FieldType("string")),
        ("wstring", FieldType("string")),
        ("string<10>", FieldType("string", max_text=10)),
        ("std_msgs/Header", FieldType("std_msgs/Header")),
        ("sequence<uint8>", FieldType("uint8", is_list=True)),
        ("sequence<double, 4>", FieldType("double", is_list=True, max_length=4)),
        ("sequence<string<10>, 4>", FieldType("string", is_list=True, max_length=4, max_text=10)),
        ("sequence<string<10>>", FieldType("string", is_list=True, max_text=10)),
        ("double[9]", FieldType("double", is_list=True, length=9)),
        ("string<5>[2]", FieldType("string", is_list=True, length=2, max_text=5)),
        ("sequence<geometry_msgs/Point>", FieldType("geometry_msgs/Point", is_list=True)),
    ],
)
def test_types(text, field_type):
    assert parse_field_type(text) == field_type


def test_fields_of_a_real_message():
    fields = fields_of(CameraInfo)
    assert fields["k"] == FieldType("double", is_list=True, length=9)
    assert not fields["header"].is_primitive and fields["height"].is_primitive
