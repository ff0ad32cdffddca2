import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULTS, parseConfig, readOptions, rosbridgeUrl, screenName } from "../src/config";

test("the page's address", () => {
  assert.deepEqual(readOptions("?device=deeplens2&screen=lobby&debug=1"), {
    device: "deeplens2",
    screen: "lobby",
    debug: true,
  });
  assert.deepEqual(readOptions(""), { device: "", screen: "", debug: false });
  assert.equal(readOptions("?debug=0").debug, false);
  assert.equal(readOptions("?debug").debug, true);
});

test("the screen's name", () => {
  const options = readOptions("");
  assert.equal(screenName(readOptions("?screen=bar"), DEFAULTS), "bar");
  assert.equal(screenName(options, { ...DEFAULTS, screens: ["lobby"] }), "lobby");
  assert.equal(screenName(options, DEFAULTS), "screen");
});

test("rosbridge's address follows the page's", () => {
  assert.equal(rosbridgeUrl("http:", "sign", 9090), "ws://sign:9090/");
  assert.equal(rosbridgeUrl("https:", "[::1]", 9091), "wss://[::1]:9091/");
});

test("a configuration may leave things out", () => {
  assert.deepEqual(parseConfig('{"rosbridge_port": 9091}'), { ...DEFAULTS, rosbridge_port: 9091 });
  assert.throws(() => parseConfig("<html>"));
});
