// What the page keeps in the browser: media for all screens, reports for each screen, and single values. It is kept in
// IndexedDB (plain http offers nothing else), and where the browser keeps nothing, in memory until the page ends.

import type { BlobStore, StoredMedia } from "./media_cache";
import type { AdPlayback } from "./messages";
import type { ReportStore } from "./reports";

/** Keeps single values by name. */
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

/** Open the stores of a screen; in memory where the browser keeps nothing. */
export async function openStores(device: string, screen: string): Promise<PageStores> {
  const exitReports = new ExitReports(localStorage, `signage-farewell/${device}/${screen}`);
  try {
    const media = await openDatabase("signage-media");
    const reports = await openDatabase(`signage-reports/${device}/${screen}`);
    return {
      blobs: new IndexedDbBlobs(media),
      reports: new IndexedDbReports(reports),
      values: new IndexedDbValues(media),
      exitReports,
    };
  } catch (error) {
    console.warn("this browser keeps nothing over a restart", error);
    return { blobs: new MemoryBlobs(), reports: new MemoryReports(), values: new MemoryValues(), exitReports };
  }
}

const VERSION = 1;
const BLOBS = "blobs";
const MEDIA = "media";
const REPORTS = "reports";
const VALUES = "values";

/** Open a database; rejects where the browser has none, such as in some private windows. */
function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore(BLOBS);
    database.createObjectStore(MEDIA, { keyPath: "digest" });
    database.createObjectStore(REPORTS, { autoIncrement: true });
    database.createObjectStore(VALUES);
  };
  return resultOf(request);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Run one transaction; resolves when it is on disk as far as the browser promises. */
function commit(database: IDBDatabase, stores: string[], act: (transaction: IDBTransaction) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    act(transaction);
  });
}

function openForReading(database: IDBDatabase, store: string): IDBObjectStore {
  return database.transaction(store, "readonly").objectStore(store);
}

class IndexedDbBlobs implements BlobStore {
  constructor(private readonly database: IDBDatabase) {}

  list(): Promise<StoredMedia[]> {
    return resultOf(openForReading(this.database, MEDIA).getAll());
  }

  get(digest: string): Promise<Blob | undefined> {
    return resultOf(openForReading(this.database, BLOBS).get(digest));
  }

  put(entry: StoredMedia, blob: Blob): Promise<void> {
    return commit(this.database, [BLOBS, MEDIA], (transaction) => {
      transaction.objectStore(BLOBS).put(blob, entry.digest);
      transaction.objectStore(MEDIA).put(entry);
    });
  }

  remove(digest: string): Promise<void> {
    return commit(this.database, [BLOBS, MEDIA], (transaction) => {
      transaction.objectStore(BLOBS).delete(digest);
      transaction.objectStore(MEDIA).delete(digest);
    });
  }
}

class IndexedDbReports implements ReportStore {
  constructor(private readonly database: IDBDatabase) {}

  add(report: AdPlayback): Promise<void> {
    return commit(this.database, [REPORTS], (transaction) => transaction.objectStore(REPORTS).add(report));
  }

  async first(): Promise<{ key: number; report: AdPlayback } | undefined> {
    const cursor = await resultOf(openForReading(this.database, REPORTS).openCursor());
    return cursor ? { key: cursor.key as number, report: cursor.value } : undefined;
  }

  remove(key: number): Promise<void> {
    return commit(this.database, [REPORTS], (transaction) => transaction.objectStore(REPORTS).delete(key));
  }

  count(): Promise<number> {
    return resultOf(openForReading(this.database, REPORTS).count());
  }
}

class IndexedDbValues implements ValueStore {
  constructor(private readonly database: IDBDatabase) {}

  get<T>(name: string): Promise<T | undefined> {
    return resultOf(openForReading(this.database, VALUES).get(name));
  }

  set(name: string, value: unknown): Promise<void> {
    return commit(this.database, [VALUES], (transaction) => transaction.objectStore(VALUES).put(value, name));
  }
}

export class MemoryBlobs implements BlobStore {
  private readonly entries = new Map<string, { entry: StoredMedia; blob: Blob }>();

  async list(): Promise<StoredMedia[]> {
    return [...this.entries.values()].map(({ entry }) => entry);
  }

  async get(digest: string): Promise<Blob | undefined> {
    return this.entries.get(digest)?.blob;
  }

  async put(entry: StoredMedia, blob: Blob): Promise<void> {
    this.entries.set(entry.digest, { entry, blob });
  }

  async remove(digest: string): Promise<void> {
    this.entries.delete(digest);
  }
}

export class MemoryReports implements ReportStore {
  private readonly reports = new Map<number, AdPlayback>();
  private lastKey = 0;

  async add(report: AdPlayback): Promise<void> {
    this.lastKey += 1;
    this.reports.set(this.lastKey, report);
  }

  async first(): Promise<{ key: number; report: AdPlayback } | undefined> {
    for (const [key, report] of this.reports) return { key, report };
    return undefined;
  }

  async remove(key: number): Promise<void> {
    this.reports.delete(key);
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

/**
 * Keeps the reports of what was shown when a page was left, for the next page of the same screen.
 *
 * They go to localStorage, which alone takes something at that moment: IndexedDB answers too late.
 */
export class ExitReports {
  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly key: string,
  ) {}

  save(report: AdPlayback): void {
    try {
      this.storage.setItem(this.key, JSON.stringify([...this.read(), report]));
    } catch (error) {
      console.warn("the last report is lost", error);
    }
  }

  /** Return what earlier pages saved, and forget it. */
  take(): AdPlayback[] {
    const reports = this.read();
    if (reports.length > 0) this.storage.removeItem(this.key);
    return reports;
  }

  private read(): AdPlayback[] {
    try {
      return JSON.parse(this.storage.getItem(this.key) ?? "[]") as AdPlayback[];
    } catch {
      return [];
    }
  }
}
