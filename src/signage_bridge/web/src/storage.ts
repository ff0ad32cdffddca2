// What the page keeps in the browser: media for all screens, reports for each screen, and single values. It is kept in
// IndexedDB (plain http offers nothing else). Nothing depends on that: what the browser does not keep, the page keeps
// in memory until it ends.

import type { Timers } from "./clock";
import { Database } from "./database";
import type { BlobStore } from "./media_cache";
import type { StoredMedia } from "./media_plan";
import type { AdPlayback } from "./messages";
import type { KeptReport, ReportStore } from "./reports";

/** Keeps single values by name, if it can; never rejects. */
export interface ValueStore {
  get<T>(name: string): Promise<T | undefined>;
  set(name: string, value: unknown): Promise<void>;
}

export interface PageStores {
  blobs: BlobStore;
  reports: ReportStore;
  values: ValueStore;
  exitReports: ExitReports;
}

/** Make the stores of a screen; nothing is opened yet. */
export function makeStores(device: string, screen: string, timers: Timers): PageStores {
  const media = new Database("signage-media", VERSION, createStores, timers);
  const reports = new Database(`signage-reports/${device}/${screen}`, VERSION, createStores, timers);
  return {
    blobs: new IndexedDbBlobs(media),
    reports: new SafeReports(new IndexedDbReports(reports)),
    values: new SafeValues(new IndexedDbValues(media)),
    exitReports: new ExitReports(findLocalStorage(), `signage-farewell/${device}/${screen}`),
  };
}

const VERSION = 1;
const BLOBS = "blobs";
const MEDIA = "media";
const REPORTS = "reports";
const VALUES = "values";

function createStores(database: IDBDatabase): void {
  database.createObjectStore(BLOBS);
  database.createObjectStore(MEDIA, { keyPath: "digest" });
  database.createObjectStore(REPORTS, { autoIncrement: true });
  database.createObjectStore(VALUES);
}

class IndexedDbBlobs implements BlobStore {
  constructor(private readonly database: Database) {}

  list(): Promise<StoredMedia[]> {
    return this.database.read<StoredMedia[]>(MEDIA, (store) => store.getAll());
  }

  get(digest: string): Promise<Blob | undefined> {
    return this.database.read<Blob | undefined>(BLOBS, (store) => store.get(digest));
  }

  put(entry: StoredMedia, blob: Blob): Promise<void> {
    const put = (transaction: IDBTransaction): void => {
      transaction.objectStore(BLOBS).put(blob, entry.digest);
      transaction.objectStore(MEDIA).put(entry);
    };
    return this.database.write([BLOBS, MEDIA], put, blob.size);
  }

  remove(digest: string): Promise<void> {
    return this.database.write([BLOBS, MEDIA], (transaction) => {
      transaction.objectStore(BLOBS).delete(digest);
      transaction.objectStore(MEDIA).delete(digest);
    });
  }
}

/** Reports by growing keys; one that was taken out does not come back, even if the browser fails to remove it. */
class IndexedDbReports implements ReportStore {
  private lastRemoved = 0;
  /** Up to here the browser has removed them; what it removed long ago is slow to look through. */
  private lastCleared = 0;

  constructor(private readonly database: Database) {}

  add(report: AdPlayback): Promise<void> {
    return this.database.writeSafely([REPORTS], (transaction) => transaction.objectStore(REPORTS).add(report));
  }

  async oldest(most: number): Promise<KeptReport[]> {
    const { keys, values } = await this.database.first<AdPlayback>(REPORTS, this.remaining(), most);
    return values.map((report, index) => ({ key: keys[index] as number, report }));
  }

  async remove(lastKey: number): Promise<void> {
    this.lastRemoved = Math.max(this.lastRemoved, lastKey);
    const gone = IDBKeyRange.bound(this.lastCleared, this.lastRemoved);
    await this.database.write([REPORTS], (transaction) => transaction.objectStore(REPORTS).delete(gone));
    this.lastCleared = this.lastRemoved;
  }

  count(): Promise<number> {
    return this.database.read(REPORTS, (store) => store.count(this.remaining()));
  }

  private remaining(): IDBKeyRange {
    return IDBKeyRange.lowerBound(this.lastRemoved, true);
  }
}

class IndexedDbValues implements ValueStore {
  constructor(private readonly database: Database) {}

  get<T>(name: string): Promise<T | undefined> {
    return this.database.read<T | undefined>(VALUES, (store) => store.get(name));
  }

  set(name: string, value: unknown): Promise<void> {
    return this.database.write([VALUES], (transaction) => transaction.objectStore(VALUES).put(value, name));
  }
}

export class MemoryReports implements ReportStore {
  private readonly reports = new Map<number, AdPlayback>();
  private lastKey = 0;

  async add(report: AdPlayback): Promise<void> {
    this.lastKey += 1;
    this.reports.set(this.lastKey, report);
  }

  async oldest(most: number): Promise<KeptReport[]> {
    const kept: KeptReport[] = [];
    for (const [key, report] of this.reports) {
      if (kept.length >= most) break;
      kept.push({ key, report });
    }
    return kept;
  }

  async remove(lastKey: number): Promise<void> {
    for (const key of this.reports.keys()) {
      if (key > lastKey) break;
      this.reports.delete(key);
    }
  }

  async count(): Promise<number> {
    return this.reports.size;
  }
}

export class MemoryValues implements ValueStore {
  private readonly values = new Map<string, unknown>();

  async get<T>(name: string): Promise<T | undefined> {
    return this.values.get(name) as T | undefined;
  }

  async set(name: string, value: unknown): Promise<void> {
    this.values.set(name, value);
  }
}

/** Reports that memory keeps where the disk does not; about a day of one showing every eight seconds. */
export const MAX_IN_MEMORY = 20_000;
const IN_MEMORY = 2 ** 52;

/**
 * Keeps reports on disk, and those that the disk does not take in memory. It rejects nothing but a question for the
 * oldest ones, if the disk that holds them can't be read.
 *
 * While memory holds any, newer ones go there, too, so that their order stays. Those in memory have keys beyond all of
 * the disk; what is asked for comes from one of both.
 */
export class SafeReports implements ReportStore {
  private readonly memory = new MemoryReports();
  /** Whether the disk took reports since it was last found empty: while it does not answer, they are still there. */
  private isDiskInUse = false;

  constructor(
    private readonly disk: ReportStore,
    private readonly maxInMemory = MAX_IN_MEMORY,
  ) {}

  async add(report: AdPlayback): Promise<void> {
    if ((await this.memory.count()) === 0) {
      if (await orElse(this.keepOnDisk(report), false)) return;
    }
    await this.memory.add(report);
    if ((await this.memory.count()) <= this.maxInMemory) return;
    const [oldest] = await this.memory.oldest(1);
    if (oldest) await this.memory.remove(oldest.key);
  }

  /** A disk that can't be read again keeps nothing. */
  private async keepOnDisk(report: AdPlayback): Promise<boolean> {
    await this.disk.add(report);
    this.isDiskInUse = true;
    return (await this.disk.oldest(1)).length > 0;
  }

  async oldest(most: number): Promise<KeptReport[]> {
    const onDisk = await orElse(this.disk.oldest(most), undefined);
    if (onDisk !== undefined && onDisk.length > 0) return onDisk;
    if (onDisk !== undefined) this.isDiskInUse = false;
    const inMemory = await this.memory.oldest(most);
    if (inMemory.length === 0 && this.isDiskInUse) throw new Error("the browser can't read the reports that it keeps");
    return inMemory.map(({ key, report }) => ({ key: IN_MEMORY + key, report }));
  }

  async remove(lastKey: number): Promise<void> {
    if (lastKey > IN_MEMORY) await this.memory.remove(lastKey - IN_MEMORY);
    else await orElse(this.disk.remove(lastKey), undefined);
  }

  async count(): Promise<number> {
    return (await orElse(this.disk.count(), 0)) + (await this.memory.count());
  }
}

/** Keeps values on disk and in memory, where the newest always are: never rejects. */
export class SafeValues implements ValueStore {
  private readonly memory = new MemoryValues();

  constructor(private readonly disk: ValueStore) {}

  async get<T>(name: string): Promise<T | undefined> {
    return (await this.memory.get<T>(name)) ?? (await orElse(this.disk.get<T>(name), undefined));
  }

  async set(name: string, value: unknown): Promise<void> {
    await this.memory.set(name, value);
    await orElse(this.disk.set(name, value), undefined);
  }
}

/** Return what a store answers; where it fails, say so and return something else. */
async function orElse<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    console.warn("this browser keeps nothing now", error);
    return otherwise;
  }
}

/** What of localStorage the page uses. */
export type TextStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Return localStorage; undefined where site data are blocked, when even to name it throws. */
function findLocalStorage(): TextStorage | undefined {
  try {
    return localStorage ?? undefined;
  } catch {
    return undefined;
  }
}

const MAX_EXIT_REPORTS = 100;

/**
 * Keeps the reports of what was shown when a page was left, for the next page of the same screen.
 *
 * They go to localStorage, which alone takes something at that moment: IndexedDB answers too late.
 */
export class ExitReports {
  constructor(
    private readonly storage: TextStorage | undefined,
    private readonly key: string,
  ) {}

  save(report: AdPlayback): void {
    try {
      const reports = [...this.list(), report].slice(-MAX_EXIT_REPORTS);
      this.storage?.setItem(this.key, JSON.stringify(reports));
    } catch (error) {
      console.warn("the last report is lost", error);
    }
  }

  /** Forget what is kept elsewhere now; what can't be forgotten comes again, and counts once. */
  forget(reports: AdPlayback[]): void {
    const gone = new Set(reports.map(({ play_id }) => play_id));
    try {
      const others = this.list().filter(({ play_id }) => !gone.has(play_id));
      if (others.length > 0) this.storage?.setItem(this.key, JSON.stringify(others));
      else if (reports.length > 0) this.storage?.removeItem(this.key);
    } catch (error) {
      console.warn("what earlier pages reported last can't be forgotten", error);
    }
  }

  /** Return what pages saved. */
  list(): AdPlayback[] {
    try {
      const saved: unknown = JSON.parse(this.storage?.getItem(this.key) ?? "[]");
      return Array.isArray(saved) ? saved.filter(isReport) : [];
    } catch {
      return [];
    }
  }
}

function isReport(value: unknown): value is AdPlayback {
  return typeof (value as Partial<AdPlayback> | null)?.play_id === "string";
}
