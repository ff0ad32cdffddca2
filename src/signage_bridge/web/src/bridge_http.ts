// What the bridge serves over HTTP as JSON: configuration and manifest. The last ones known serve while it is away. What
// was fetched is used, whatever becomes of keeping it.

import { type BridgeConfig, DEFAULT_CONFIG, parseConfig, readConfig } from "./config";
import { fetchText } from "./download";
import { type Manifest, readManifest } from "./playlist";
import type { ValueStore } from "./storage";

/** How long the bridge may be silent; where an answer of it is known, the start of the page does not wait that long. */
export const PATIENCE_MS = 10_000;
export const START_PATIENCE_MS = 2_000;
const MAX_CONFIG_BYTES = 1_000_000;
const MAX_MANIFEST_BYTES = 32_000_000;

/** Return the configuration at the page's start: the bridge's, else the one that it gave last, else the defaults. */
export async function loadFirstConfig(values: ValueStore): Promise<BridgeConfig> {
  const last = await lastConfig(values);
  return loadConfig(values, last ?? DEFAULT_CONFIG, last ? START_PATIENCE_MS : PATIENCE_MS);
}

/** Return the bridge's configuration; if it does not give one, the one known so far. */
export async function loadConfig(
  values: ValueStore,
  known: BridgeConfig,
  patienceMs = PATIENCE_MS,
): Promise<BridgeConfig> {
  try {
    const config = parseConfig(await fetchText("/config.json", patienceMs, MAX_CONFIG_BYTES));
    void values.set("config", config);
    return config;
  } catch {
    return known;
  }
}

/** Return the bridge's manifest, else the one that it gave last, else undefined. */
export async function loadManifest(values: ValueStore): Promise<Manifest | undefined> {
  try {
    const manifest = readManifest(JSON.parse(await fetchText("/manifest.json", PATIENCE_MS, MAX_MANIFEST_BYTES)));
    void values.set("manifest", manifest);
    return manifest;
  } catch {
    return lastManifest(values);
  }
}

/** Return the manifest that the bridge gave last, without asking for a newer one. */
export function lastManifest(values: ValueStore): Promise<Manifest | undefined> {
  return readKept(values, "manifest", readManifest);
}

function lastConfig(values: ValueStore): Promise<BridgeConfig | undefined> {
  return readKept(values, "config", readConfig);
}

/** Read what was kept; what an earlier page kept may be anything. */
async function readKept<T>(values: ValueStore, name: string, parse: (value: unknown) => T): Promise<T | undefined> {
  try {
    const value = await values.get(name);
    return value === undefined ? undefined : parse(value);
  } catch {
    return undefined;
  }
}
