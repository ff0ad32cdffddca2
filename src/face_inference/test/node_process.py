"""The node as a process that is shown a photo."""

import array
import subprocess
import sys

import cv2
from sensor_msgs.msg import CompressedImage
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp
from signage_msgs.msg import Demographics, FaceArray

RUN = [sys.executable, "-c", "from face_inference.node import main; main()", "--ros-args"]
START_S = 60.0


def arguments_of(params):
    return [word for name, value in params.items() for word in ("-p", f"{name}:={value}")]


def show(graph, photo, params, happened):
    """Show a photo to the node until something is true of its latest answer; the node must then end well."""
    probe, answers = graph.probe(), []
    data = cv2.imencode(".jpg", photo)[1].tobytes()
    publisher = probe.create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)
    probe.create_subscription(FaceArray, "faces", answers.append, FACES_QOS)

    def publish():
        message = CompressedImage(format="jpeg", data=array.array("B", data))
        message.header.stamp = ns_to_stamp(probe.get_clock().now().nanoseconds)
        publisher.publish(message)

    probe.create_timer(1 / 30, publish)
    process = subprocess.Popen([*RUN, "-r", "__ns:=/deeplens1", *arguments_of(params)], env=graph.env)
    try:
        graph.spin_until(lambda: answers and happened(answers[-1]), START_S, "the faces")
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


def start_wrongly(graph, params):
    """Start the node with wrong parameters; return the one line that it ends with."""
    command = [*RUN, *arguments_of(params)]
    result = subprocess.run(command, env=graph.env, capture_output=True, text=True, timeout=START_S)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    return line


def knows_a_woman(message):
    return any(face.fused.gender == Demographics.GENDER_FEMALE for face in message.faces)
