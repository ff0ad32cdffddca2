import assert from "node:assert/strict";
import { test } from "node:test";
import { CARDS, type Facts, type SignState, signState } from "../src/state";

const TABLE: [Facts["connection"], Facts["shown"], boolean, SignState][] = [
  ["connecting", "nothing", false, "connecting"],
  ["connecting", "house", false, "connecting"],
  ["connected", "nothing", false, "connecting"],
  ["connected", "house", false, "house-loop"],
  ["connected", "targeted", false, "targeted"],
  ["disconnected", "house", false, "disconnected"],
  ["disconnected", "targeted", false, "disconnected"],
  ["disconnected", "nothing", false, "disconnected"],
  ["connected", "nothing", true, "nothing-playable"],
  ["disconnected", "nothing", true, "nothing-playable"],
];

for (const [connection, shown, failed, expected] of TABLE) {
  test(`${connection}, ${shown}${failed ? ", failed" : ""} is ${expected}`, () => {
    assert.equal(signState({ connection, shown, failed }), expected);
    assert.ok(CARDS[expected].title);
  });
}
