import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_CONFIG, parseConfig, readPageOptions, rosbridgeUrl, screenName } from "../src/config";

test("the page's address", () => {
  assert.deepEqual(readPageOptions("?device=deeplens2&screen=lobby&debug=1"), {
    device: "deeplens2",
    screen: "lobby",
    debug: true,
  });
  assert.deepEqual(readPageOptions(""), { device: "", screen: "", debug: false });
  assert.equal(readPageOptions("?debug=0").debug, false);
  assert.equal(readPageOptions("?debug").debug, true);
});

test("the screen's name", () => {
  const options = readPageOptions("");
  assert.equal(screenName(readPageOptions("?screen=bar"), DEFAULT_CONFIG), "bar");
  assert.equal(screenName(options, { ...DEFAULT_CONFIG, screens: ["lobby"] }), "lobby");
  assert.equal(screenName(options, DEFAULT_CONFIG), "screen");
});

test("rosbridge's address follows the page's", () => {
  assert.equal(rosbridgeUrl("http:", "sign", 9090), "ws://sign:9090/");
  assert.equal(rosbridgeUrl("https:", "[::1]", 9091), "wss://[::1]:9091/");
});

test("a configuration may leave things out", () => {
  assert.deepEqual(parseConfig('{"rosbridge_port": 9091}'), { ...DEFAULT_CONFIG, rosbridge_port: 9091 });
  assert.throws(() => parseConfig("<html>"));
});
