import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../src/ids";

test("an id is 128 bits in hexadecimal", () => {
  assert.match(newId(), /^[0-9a-f]{32}$/);
  assert.equal(
    newId((bytes) => bytes.fill(10)),
    "0a".repeat(16),
  );
});

test("ids differ", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, () => newId())).size, 1000);
});
