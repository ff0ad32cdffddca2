// Keeps the creatives' content in the browser, so that a change needs no network and a cut is not seen.
// What the disk does not take is kept in memory, within a budget of its own; what fits nowhere is played from the
// network for good, and not fetched again.

import { isFull } from "./database";
import { bytesOf, digestsToEvict, fetchOrder, type Ranks, ranksOf, roomFor, type StoredMedia } from "./media_plan";
import type { Manifest, ManifestCreative } from "./playlist";
import { Rests } from "./rests";

/** What keeps content by its digest; the real one is IndexedDB. */
export interface BlobStore {
  list(): Promise<StoredMedia[]>;
  get(digest: string): Promise<Blob | undefined>;
  put(entry: StoredMedia, blob: Blob): Promise<void>;
  remove(digest: string): Promise<void>;
}

export interface MediaCacheOptions {
  blobs: BlobStore;
  /** Fetch the content of so many bytes at an address; rejects if that fails. */
  fetchMedia: (url: string, bytes: number) => Promise<Blob>;
  toUrl: (blob: Blob) => string;
  freeUrl: (url: string) => void;
  /** The page's clock, which nobody sets. */
  nowMs: () => number;
  /** Wall time, by which pages over the years tell what is oldest. */
  wallNowMs: () => number;
  budgetBytes: number;
  memoryBytes: number;
}

export const MEDIA_BUDGET_BYTES = 1_000_000_000;
export const MEMORY_BUDGET_BYTES = 256_000_000;
/** Of a disk that was full, the part that is used from then on: reports and settings need room, too. */
const PART_OF_FULL = 0.9;
/** How long what could not be fetched or stored is left alone. */
export const FIRST_REST_MS = 30_000;
export const LONGEST_REST_MS = 900_000;

interface Kept extends StoredMedia {
  blob: Blob;
  /** Where it is played from, once it was asked for. */
  url?: string;
  /** Whether the disk has it, too. */
  isStored: boolean;
}

/** The media of the manifest that are at hand, by the path that the catalogue gives. */
export class MediaCache {
  private readonly media = new Map<string, Kept>();
  private manifest: Manifest = { creatives: [], fallback: [] };
  private paths: ReadonlySet<string> = new Set();
  private shown: ReadonlySet<string> = new Set();
  private replaced: { path: string; url: string }[] = [];
  /** What fits nowhere is played from the network. */
  private readonly streamed = new Set<string>();
  private readonly rests: Rests;
  private budgetBytes: number;
  private working: Promise<void> | undefined;

  constructor(private readonly options: MediaCacheOptions) {
    this.rests = new Rests(options.nowMs, FIRST_REST_MS, LONGEST_REST_MS);
    this.budgetBytes = options.budgetBytes;
  }

  /** Return the address to play a creative from: a blob's if it is at hand, else the network's. */
  sourceOf(path: string): string {
    const kept = this.media.get(path);
    if (!kept) return path;
    kept.url ??= this.options.toUrl(kept.blob);
    return kept.url;
  }

  has(path: string): boolean {
    return this.media.has(path);
  }

  /** Tell whether the manifest has a creative at a path. */
  knows(path: string): boolean {
    return this.paths.has(path);
  }

  /** Creatives of the manifest. */
  get total(): number {
    return this.manifest.creatives.length;
  }

  /** Creatives of the manifest that are at hand. */
  get kept(): number {
    return this.media.size;
  }

  /** These are shown from now on: they come early and stay. */
  setShown(paths: readonly string[]): void {
    this.shown = new Set(paths);
  }

  /** Try again at once what could not be fetched. */
  retryNow(): void {
    this.rests.clear();
  }

  /** Make ready what is kept of a manifest; let go of what it no longer has. */
  async restore(manifest: Manifest): Promise<void> {
    this.take(manifest);
    for (const creative of fetchOrder(manifest, this.shown))
      if (!this.streamed.has(creative.digest)) await this.warnOfFailure(() => this.loadStored(creative));
  }

  /** Fetch what is missing of a manifest; forget what no longer fits. A manifest that comes meanwhile is next. */
  fetch(manifest: Manifest): Promise<void> {
    this.take(manifest);
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
    return this.working;
  }

  /** What is kept could not be played: let go of it if the browser can't even read it any more. */
  async recheck(path: string): Promise<void> {
    const kept = this.media.get(path);
    if (!kept) return;
    try {
      await kept.blob.slice(-1).arrayBuffer();
    } catch {
      this.drop(kept.digest);
      await this.warnOfFailure(() => this.options.blobs.remove(kept.digest));
    }
  }

  private async work(): Promise<void> {
    for (const creative of fetchOrder(this.manifest, this.shown)) await this.storeKept(creative);
    for (let next = this.nextMissing(); next; next = this.nextMissing()) {
      const creative = next;
      const isDone = await this.warnOfFailure(() => this.fetchOne(creative));
      if (isDone) this.rests.end(creative.digest);
      else this.rests.begin(creative.digest);
    }
  }

  private nextMissing(): ManifestCreative | undefined {
    return fetchOrder(this.manifest, this.shown).find(
      ({ url, digest }) => !this.media.has(url) && !this.streamed.has(digest) && !this.rests.has(digest),
    );
  }

  private async warnOfFailure(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      console.warn("media", error);
      return false;
    }
  }

  private take(manifest: Manifest): void {
    const digests = new Set(manifest.creatives.map(({ digest }) => digest));
    const known = new Set(this.manifest.creatives.map(({ digest }) => digest));
    if (digests.size !== known.size || [...digests].some((digest) => !known.has(digest))) {
      this.streamed.clear();
      this.budgetBytes = this.options.budgetBytes;
    }
    this.freeReplaced();
    this.manifest = manifest;
    this.paths = new Set(manifest.creatives.map(({ url }) => url));
    for (const [path, { digest }] of this.media)
      if (!this.knows(path) && !this.shown.has(path)) this.drop(digest, path);
  }

  /** Free the addresses of content that is played from the disk by now; what is shown may still play from one. */
  private freeReplaced(): void {
    const isFree = ({ path }: { path: string }): boolean => !this.shown.has(path);
    for (const { url } of this.replaced.filter(isFree)) this.options.freeUrl(url);
    this.replaced = this.replaced.filter((each) => !isFree(each));
  }

  private async loadStored(creative: ManifestCreative): Promise<boolean> {
    if (this.media.has(creative.url)) return true;
    const blob = await this.options.blobs.get(creative.digest);
    if (blob?.size !== creative.bytes) return false;
    this.keep(creative, blob, true);
    return true;
  }

  private async fetchOne(creative: ManifestCreative): Promise<void> {
    if (await this.loadStored(creative).catch(() => false)) return;
    if (!this.roomInMemory(creative) && !(await this.roomOnDisk(creative))) {
      this.streamed.add(creative.digest);
      return;
    }
    const blob = await this.options.fetchMedia(creative.url, creative.bytes);
    if (blob.size !== creative.bytes) throw new Error(`${creative.url}: ${blob.size} bytes, not ${creative.bytes}`);
    await this.keepFetched(creative, blob);
  }

  /** What was fetched is used at once, whatever the disk does then; without it, memory has to have room. */
  private async keepFetched(creative: ManifestCreative, blob: Blob): Promise<void> {
    const roomInMemory = this.roomInMemory(creative);
    this.keep(creative, blob, false);
    await this.storeKept(creative);
    if (this.media.get(creative.url)?.isStored) return;
    if (roomInMemory) {
      for (const digest of roomInMemory) this.drop(digest);
    } else {
      this.streamed.add(creative.digest);
      if (!this.shown.has(creative.url)) this.drop(creative.digest);
    }
  }

  /** Store what only memory has, and keep it from the disk from then on. */
  private async storeKept(creative: ManifestCreative): Promise<void> {
    const kept = this.media.get(creative.url);
    const key = `store ${creative.digest}`;
    if (!kept || kept.isStored || this.rests.has(key)) return;
    let stored: Blob | undefined;
    const isDone = await this.warnOfFailure(async () => {
      stored = await this.store(creative, kept.blob);
    });
    if (!isDone) this.rests.begin(key);
    if (!stored || this.media.get(creative.url) !== kept) return;
    if (kept.url !== undefined) this.replaced.push({ path: creative.url, url: kept.url });
    this.keep(creative, stored, true);
  }

  /** Put content on the disk and return it from there; undefined if it must not have that room. */
  private async store(creative: ManifestCreative, blob: Blob): Promise<Blob | undefined> {
    const { blobs, wallNowMs } = this.options;
    for (;;) {
      const room = await this.roomOnDisk(creative);
      if (!room) return undefined;
      await this.forget(room);
      try {
        await blobs.put({ digest: creative.digest, bytes: blob.size, usedMs: wallNowMs() }, blob);
        return (await blobs.get(creative.digest).catch(() => undefined)) ?? blob;
      } catch (error) {
        if (!isFull(error)) throw error;
        await this.adaptToFullDisk();
      }
    }
  }

  /** The disk holds less than was thought: use less than it holds now. */
  private async adaptToFullDisk(): Promise<void> {
    const stored = await this.options.blobs.list();
    this.budgetBytes = Math.floor(PART_OF_FULL * bytesOf(stored));
    const { lasting, all } = this.ranks;
    const [staying, others] = [true, false].map((stays) =>
      stored.filter(({ digest }) => lasting.has(digest) === stays),
    );
    await this.forget(digestsToEvict(others ?? [], all, this.budgetBytes - bytesOf(staying ?? [])));
  }

  private async roomOnDisk(creative: ManifestCreative): Promise<string[] | undefined> {
    const stored = await this.options.blobs.list();
    return roomFor(creative, stored, this.ranks, this.budgetBytes);
  }

  private roomInMemory(creative: ManifestCreative): string[] | undefined {
    const inMemory = [...this.media.values()].filter(({ isStored }) => !isStored);
    return roomFor(creative, inMemory, this.ranks, this.options.memoryBytes);
  }

  private get ranks(): Ranks {
    return ranksOf(this.manifest, this.shown);
  }

  private async forget(digests: readonly string[]): Promise<void> {
    for (const digest of digests) {
      await this.options.blobs.remove(digest);
      this.drop(digest);
    }
  }

  private drop(digest: string, onlyPath?: string): void {
    for (const [path, kept] of this.media) {
      if (kept.digest !== digest || (onlyPath !== undefined && path !== onlyPath)) continue;
      if (kept.url !== undefined) this.options.freeUrl(kept.url);
      this.media.delete(path);
    }
  }

  private keep({ url, digest, bytes }: ManifestCreative, blob: Blob, isStored: boolean): void {
    const usedMs = this.options.wallNowMs();
    this.media.set(url, { digest, bytes, usedMs, blob, isStored });
  }
}
