// What tests put in place of the browser: a clock with timers, slots, localStorage.

import type { Timers } from "../src/clock";
import type { BlobStore } from "../src/media_cache";
import type { StoredMedia } from "../src/media_plan";
import type { PlaylistItem } from "../src/playlist";
import type { Slot, SlotEvents } from "../src/slot";

/** A clock that only moves when it is told to. */
export class FakeTimers implements Timers {
  private now = 0;
  private last = 0;
  private readonly waiting = new Map<number, { action: () => void; atMs: number }>();

  set(action: () => void, ms: number): number {
    this.last += 1;
    this.waiting.set(this.last, { action, atMs: this.now + ms });
    return this.last;
  }

  clear(timer: number): void {
    this.waiting.delete(timer);
  }

  nowMs(): number {
    return this.now;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Let time pass; everything that is due happens in order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.waiting].filter(([, { atMs }]) => atMs <= end).sort((a, b) => a[1].atMs - b[1].atMs)[0];
      if (!due) break;
      this.waiting.delete(due[0]);
      this.now = due[1].atMs;
      due[1].action();
    }
    this.now = end;
  }
}

/** A slot that does what a test says. */
export class FakeSlot implements Slot {
  readonly log: string[] = [];
  events: SlotEvents | undefined;
  loaded = "";

  load(_item: PlaylistItem, source: string): void {
    this.loaded = source;
    this.log.push(`load ${source}`);
  }

  start(_item: PlaylistItem, source: string, events: SlotEvents): void {
    this.loaded = source;
    this.log.push(`start ${source}`);
    this.events = events;
  }

  sendToBack(): void {
    this.log.push("sendToBack");
    this.events = undefined;
  }

  unload(): void {
    this.log.push("unload");
    this.loaded = "";
    this.events = undefined;
  }

  paint(atMs: number): void {
    this.events?.painted({ atMs, isSeen: true });
  }
}

/** A localStorage that is full for what says "too long". */
export class FakeStorage extends Map<string, string> {
  getItem(key: string): string | null {
    return this.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (value.includes("too long")) throw new Error("quota");
    this.set(key, value);
  }

  removeItem(key: string): void {
    this.delete(key);
  }
}

/** A disk of a certain size, which may also be broken. */
export class MemoryBlobs implements BlobStore {
  private readonly entries = new Map<string, { entry: StoredMedia; blob: Blob }>();
  readonly log: string[] = [];

  constructor(
    public diskBytes = Number.POSITIVE_INFINITY,
    public isBroken = false,
  ) {}

  async list(): Promise<StoredMedia[]> {
    this.check();
    return [...this.entries.values()].map(({ entry }) => entry);
  }

  async get(digest: string): Promise<Blob | undefined> {
    this.check();
    return this.entries.get(digest)?.blob;
  }

  async put(entry: StoredMedia, blob: Blob): Promise<void> {
    this.check();
    this.log.push(`put ${entry.digest}`);
    const usedBytes = (await this.list()).reduce((sum, { bytes }) => sum + bytes, 0);
    if (usedBytes + entry.bytes > this.diskBytes) throw new DOMException("full", "QuotaExceededError");
    this.entries.set(entry.digest, { entry, blob });
  }

  async remove(digest: string): Promise<void> {
    this.check();
    this.log.push(`remove ${digest}`);
    this.entries.delete(digest);
  }

  private check(): void {
    if (this.isBroken) throw new DOMException("broken", "UnknownError");
  }
}

/** Let everything that is already settled happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}
