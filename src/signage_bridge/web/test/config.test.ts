import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_CONFIG, parseConfig, readConfig, readPageOptions, rosbridgeUrl, screenName } from "../src/config";

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

test("what claims to be a configuration", () => {
  for (const value of [null, undefined, 7, "x"]) assert.throws(() => readConfig(value));
  for (const rosbridge_port of ["9091", 0, -1, 65536, 1.5, null]) {
    const read = readConfig({ rosbridge_port, device: 7, screens: "lobby", journal: "yes", more: 1 });
    assert.deepEqual(read, DEFAULT_CONFIG);
  }
  const screens = readConfig({ rosbridge_port: 9091, device: "d", screens: ["lobby", 7], journal: true });
  assert.deepEqual(screens, { rosbridge_port: 9091, device: "d", screens: ["lobby"], journal: true });
});
