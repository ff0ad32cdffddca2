// What the page gets over HTTP: configuration, manifest, media. The last ones known serve while the bridge is away.

import { type BridgeConfig, DEFAULTS, parseConfig } from "./config";
import type { Manifest } from "./playlist";
import type { Values } from "./stores";

const SHORT_MS = 2_000;
const MEDIA_MS = 120_000;

async function get(url: string, limitMs: number): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limitMs);
  const response = await fetch(url, { signal: abort.signal });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const body = await response.blob().finally(() => clearTimeout(timer));
  return new Response(body);
}

export async function fetchBlob(url: string): Promise<Blob> {
  return (await get(url, MEDIA_MS)).blob();
}

/** Return what the bridge says, else what it said last, else the usual. */
export async function loadConfig(values: Values): Promise<BridgeConfig> {
  try {
    const config = parseConfig(await (await get("/config.json", SHORT_MS)).text());
    await values.set("config", config);
    return config;
  } catch {
    return (await values.get<BridgeConfig>("config")) ?? DEFAULTS;
  }
}

/** Return the manifest that the bridge gives, else the one that it gave last, else undefined. */
export async function loadManifest(values: Values): Promise<Manifest | undefined> {
  try {
    const manifest = (await (await get("/manifest.json", SHORT_MS)).json()) as Manifest;
    await values.set("manifest", manifest);
    return manifest;
  } catch {
    return values.get<Manifest>("manifest");
  }
}
