// What the page keeps in IndexedDB: media, reports, and the manifest it saw last. Plain http offers nothing else.

import type { BlobStore, StoredMedia } from "./media_cache";
import type { AdPlayback } from "./messages";
import type { ReportStore } from "./reports";

const VERSION = 1;
const BLOBS = "blobs";
const MEDIA = "media";
const REPORTS = "reports";
const VALUES = "values";

/** Open a database; rejects where the browser has none, such as in some private windows. */
export function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore(BLOBS);
    database.createObjectStore(MEDIA, { keyPath: "digest" });
    database.createObjectStore(REPORTS, { autoIncrement: true });
    database.createObjectStore(VALUES);
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
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

function reader(database: IDBDatabase, store: string): IDBObjectStore {
  return database.transaction(store, "readonly").objectStore(store);
}

export class DatabaseBlobs implements BlobStore {
  constructor(private readonly database: IDBDatabase) {}

  list(): Promise<StoredMedia[]> {
    return settled(reader(this.database, MEDIA).getAll());
  }

  get(digest: string): Promise<Blob | undefined> {
    return settled(reader(this.database, BLOBS).get(digest));
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

export class DatabaseReports implements ReportStore {
  constructor(private readonly database: IDBDatabase) {}

  add(report: AdPlayback): Promise<void> {
    return commit(this.database, [REPORTS], (transaction) => transaction.objectStore(REPORTS).add(report));
  }

  async first(): Promise<{ key: number; report: AdPlayback } | undefined> {
    const cursor = await settled(reader(this.database, REPORTS).openCursor());
    return cursor ? { key: cursor.key as number, report: cursor.value } : undefined;
  }

  remove(key: number): Promise<void> {
    return commit(this.database, [REPORTS], (transaction) => transaction.objectStore(REPORTS).delete(key));
  }

  count(): Promise<number> {
    return settled(reader(this.database, REPORTS).count());
  }
}

/** Single values by name. */
export class DatabaseValues {
  constructor(private readonly database: IDBDatabase) {}

  get<T>(name: string): Promise<T | undefined> {
    return settled(reader(this.database, VALUES).get(name));
  }

  set(name: string, value: unknown): Promise<void> {
    return commit(this.database, [VALUES], (transaction) => transaction.objectStore(VALUES).put(value, name));
  }
}
