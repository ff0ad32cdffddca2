import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { loadConfig, loadFirstConfig, loadManifest } from "../src/bridge_http";
import { DEFAULT_CONFIG } from "../src/config";
import { MemoryValues, type ValueStore } from "../src/storage";

const CONFIG = { rosbridge_port: 9091, device: "deeplens2", screens: ["lobby"], journal: true };
const OLD_CONFIG = { ...CONFIG, device: "old" };
const CREATIVE = { name: "a", url: "/media/a", duration_s: 8, bytes: 4, digest: "d" };
const MANIFEST = { creatives: [CREATIVE], fallback: ["a"] };
const OLD_MANIFEST = { creatives: [], fallback: [] };

/** A store that knows old values and never ends writing new ones. */
const stuck: ValueStore = {
  get: async <T>(name: string) => (name === "config" ? OLD_CONFIG : OLD_MANIFEST) as T,
  set: () => new Promise(() => undefined),
};

async function keeping(values: Record<string, unknown>): Promise<MemoryValues> {
  const store = new MemoryValues();
  for (const [name, value] of Object.entries(values)) await store.set(name, value);
  return store;
}

function answer(context: TestContext, make: (url: string) => Response): void {
  context.mock.method(globalThis, "fetch", async (url: string) => make(url));
}

const served = (url: string): Response => Response.json(url.includes("config") ? CONFIG : MANIFEST);

test("what was fetched is used and kept", async (context) => {
  answer(context, served);
  const values = new MemoryValues();
  assert.deepEqual(await loadFirstConfig(values), CONFIG);
  assert.deepEqual(await loadManifest(values), MANIFEST);
  assert.deepEqual([await values.get("config"), await values.get("manifest")], [CONFIG, MANIFEST]);
});

test("what was fetched is used though it is never kept", async (context) => {
  answer(context, served);
  assert.deepEqual(await loadFirstConfig(stuck), CONFIG);
  assert.deepEqual(await loadConfig(stuck, DEFAULT_CONFIG), CONFIG);
  assert.deepEqual(await loadManifest(stuck), MANIFEST);
});

const BAD: [string, (url: string) => Response][] = [
  ["an error", () => new Response("", { status: 503 })],
  ["nothing", () => new Response("")],
  ["a login page", () => new Response("<!doctype html>")],
  ["null", () => Response.json(null)],
  ["a number", () => Response.json(7)],
];
for (const [what, make] of BAD)
  test(`where the server gives ${what}, what it gave last is used`, async (context) => {
    answer(context, make);
    const values = await keeping({ config: CONFIG, manifest: MANIFEST });
    assert.deepEqual(await loadFirstConfig(values), CONFIG);
    assert.deepEqual(await loadConfig(values, OLD_CONFIG), OLD_CONFIG);
    assert.deepEqual(await loadManifest(values), MANIFEST);
  });

for (const kept of [null, 7, "x", [], { creatives: null }])
  test(`where ${JSON.stringify(kept)} was kept, it is as if nothing was`, async (context) => {
    answer(context, () => new Response("", { status: 503 }));
    const values = await keeping({ config: kept, manifest: kept });
    assert.deepEqual(await loadFirstConfig(values), DEFAULT_CONFIG);
    assert.equal(await loadManifest(values), undefined);
  });
