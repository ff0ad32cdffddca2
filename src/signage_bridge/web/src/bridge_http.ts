// What the bridge serves over HTTP: configuration, manifest, media. The last ones known serve while it is away.

import { type BridgeConfig, DEFAULT_CONFIG, parseConfig } from "./config";
import type { Manifest } from "./playlist";
import type { ValueStore } from "./storage";

const JSON_TIMEOUT_MS = 2_000;
const MEDIA_TIMEOUT_MS = 120_000;

/** Return a whole response, body included; rejects if it does not come in time or is an error. */
async function fetchWhole(url: string, timeoutMs: number): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return new Response(await response.blob());
  } finally {
    clearTimeout(timer);
  }
}

/** Return the content of a creative; rejects if it can't be had. */
export async function fetchMedia(url: string): Promise<Blob> {
  return (await fetchWhole(url, MEDIA_TIMEOUT_MS)).blob();
}

/** Return the bridge's configuration, else the one that it gave last, else the defaults. */
export async function loadConfig(values: ValueStore): Promise<BridgeConfig> {
  try {
    const config = parseConfig(await (await fetchWhole("/config.json", JSON_TIMEOUT_MS)).text());
    await values.set("config", config);
    return config;
  } catch {
    return (await values.get<BridgeConfig>("config")) ?? DEFAULT_CONFIG;
  }
}

/** Return the bridge's manifest, else the one that it gave last, else undefined. */
export async function loadManifest(values: ValueStore): Promise<Manifest | undefined> {
  try {
    const manifest = (await (await fetchWhole("/manifest.json", JSON_TIMEOUT_MS)).json()) as Manifest;
    await values.set("manifest", manifest);
    return manifest;
  } catch {
    return lastManifest(values);
  }
}

/** Return the manifest that the bridge gave last, without asking for a newer one. */
export function lastManifest(values: ValueStore): Promise<Manifest | undefined> {
  return values.get<Manifest>("manifest");
}
