import assert from "node:assert/strict";
import { test } from "node:test";
import { CARD_TEXTS, type StateInputs, type SignState, signState } from "../src/status";

const TABLE: [StateInputs["connection"], StateInputs["shown"], boolean, SignState][] = [
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

for (const [connection, shown, hasFailed, expected] of TABLE) {
  test(`${connection}, ${shown}${hasFailed ? ", failed" : ""} is ${expected}`, () => {
    assert.equal(signState({ connection, shown, hasFailed }), expected);
    assert.ok(CARD_TEXTS[expected].title);
  });
}
