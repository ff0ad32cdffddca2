// Keeps the creatives' content in the browser, so that a change needs no network and a cut is not seen.

import type { Manifest, ManifestCreative } from "./playlist";

/** What is known of one stored content without reading it. */
export interface StoredMedia {
  digest: string;
  bytes: number;
  usedMs: number;
}

/** What keeps content by its digest; the real one is IndexedDB. */
export interface BlobStore {
  list(): Promise<StoredMedia[]>;
  get(digest: string): Promise<Blob | undefined>;
  put(entry: StoredMedia, blob: Blob): Promise<void>;
  remove(digest: string): Promise<void>;
}

export interface MediaCacheOptions {
  blobs: BlobStore;
  /** Fetch the content at an address; rejects if that fails. */
  fetchMedia: (url: string) => Promise<Blob>;
  toUrl: (blob: Blob) => string;
  freeUrl: (url: string) => void;
  nowMs: () => number;
  budgetBytes: number;
}

export const MEDIA_BUDGET_BYTES = 1_000_000_000;

/** Return the digests to forget so that all fits: those that the manifest no longer has first, of them the oldest. */
export function digestsToEvict(
  stored: readonly StoredMedia[],
  wanted: ReadonlySet<string>,
  budgetBytes: number,
): string[] {
  let total = stored.reduce((sum, entry) => sum + entry.bytes, 0);
  const order = [...stored].sort(
    (a, b) => Number(wanted.has(a.digest)) - Number(wanted.has(b.digest)) || a.usedMs - b.usedMs,
  );
  const evicted: string[] = [];
  for (const entry of order) {
    if (total <= budgetBytes) break;
    evicted.push(entry.digest);
    total -= entry.bytes;
  }
  return evicted;
}

/** Return the creatives in the order in which to fetch them: the house playlist first. */
export function fetchOrder(manifest: Manifest): ManifestCreative[] {
  const house = new Set(manifest.fallback);
  return [...manifest.creatives].sort((a, b) => Number(house.has(b.name)) - Number(house.has(a.name)));
}

/** The media of the manifest that are at hand, by the path that the catalogue gives. */
export class MediaCache {
  private readonly urls = new Map<string, { url: string; digest: string }>();
  private fetching: Promise<void> = Promise.resolve();
  /** Creatives of the manifest. */
  total = 0;

  constructor(private readonly options: MediaCacheOptions) {}

  /** Return the address to play a creative from: a blob's if it is at hand, else the network's. */
  sourceOf(path: string): string {
    return this.urls.get(path)?.url ?? path;
  }

  has(path: string): boolean {
    return this.urls.has(path);
  }

  /** Creatives of the manifest that are at hand. */
  get kept(): number {
    return this.urls.size;
  }

  /** Make ready what is kept of a manifest; let go of what it no longer has. */
  async restore(manifest: Manifest): Promise<void> {
    this.total = manifest.creatives.length;
    this.forgetOthers(manifest);
    for (const creative of fetchOrder(manifest)) await this.warnOfFailure(() => this.loadStored(creative));
  }

  /** Fetch what is missing of a manifest; forget what no longer fits. */
  fetch(manifest: Manifest): Promise<void> {
    this.fetching = this.fetching.then(async () => {
      for (const creative of fetchOrder(manifest))
        await this.warnOfFailure(() => this.fetchMissing(creative, manifest));
    });
    return this.fetching;
  }

  private async warnOfFailure(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      console.warn("media", error);
    }
  }

  private forgetOthers(manifest: Manifest): void {
    const paths = new Set(manifest.creatives.map((creative) => creative.url));
    for (const [path, { url }] of this.urls) {
      if (paths.has(path)) continue;
      this.options.freeUrl(url);
      this.urls.delete(path);
    }
  }

  private async loadStored(creative: ManifestCreative): Promise<void> {
    if (this.urls.has(creative.url)) return;
    const blob = await this.options.blobs.get(creative.digest);
    if (blob?.size === creative.bytes) this.keep(creative, blob);
  }

  private async fetchMissing(creative: ManifestCreative, manifest: Manifest): Promise<void> {
    if (this.urls.has(creative.url) || creative.bytes > this.options.budgetBytes) return;
    const blob = await this.options.fetchMedia(creative.url);
    if (blob.size !== creative.bytes) throw new Error(`${creative.url}: ${blob.size} bytes, not ${creative.bytes}`);
    await this.makeRoom(creative, manifest);
    const entry = { digest: creative.digest, bytes: blob.size, usedMs: this.options.nowMs() };
    await this.options.blobs.put(entry, blob);
    this.keep(creative, (await this.options.blobs.get(creative.digest)) ?? blob);
  }

  private async makeRoom(creative: ManifestCreative, manifest: Manifest): Promise<void> {
    const { blobs, budgetBytes } = this.options;
    const wanted = new Set(manifest.creatives.map((each) => each.digest));
    for (const digest of digestsToEvict(await blobs.list(), wanted, budgetBytes - creative.bytes)) {
      await blobs.remove(digest);
      this.drop(digest);
    }
  }

  private drop(digest: string): void {
    for (const [path, kept] of this.urls) {
      if (kept.digest !== digest) continue;
      this.options.freeUrl(kept.url);
      this.urls.delete(path);
    }
  }

  private keep(creative: ManifestCreative, blob: Blob): void {
    this.urls.set(creative.url, { url: this.options.toUrl(blob), digest: creative.digest });
  }
}
