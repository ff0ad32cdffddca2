// One IndexedDB database. It may be missing, full, broken or silent at any time, so every question ends: with an
// answer, or with an error within a limit.

import { type Timers, within } from "./clock";

/** How long a browser may take to open a database, and to answer. */
export const OPEN_LIMIT_MS = 3_000;
export const ANSWER_LIMIT_MS = 5_000;
/** How fast a card writes at least, bytes in a millisecond; a large film takes a while. */
const SLOWEST_WRITING = 1_000;
/** How long a database that did not answer is left alone, so that nobody waits for it again and again. */
export const SILENCE_MS = 60_000;

/** Tell whether there is no room left, which is no fault of the database. */
export function isFull(error: unknown): boolean {
  return (error as Error | undefined)?.name === "QuotaExceededError";
}

export class Database {
  private connection: Promise<IDBDatabase> | undefined;
  private silentUntilMs = 0;

  constructor(
    private readonly name: string,
    private readonly version: number,
    private readonly upgrade: (database: IDBDatabase) => void,
    private readonly timers: Timers,
  ) {}

  /** Return what one question to a store gives. */
  read<T>(store: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return this.run(ANSWER_LIMIT_MS, async (database) =>
      resultOf(ask(database.transaction(store, "readonly").objectStore(store))),
    );
  }

  /** Return keys and values of the first entries of a store in a range of keys, so many at most. */
  first<T>(store: string, range: IDBKeyRange, most: number): Promise<{ keys: IDBValidKey[]; values: T[] }> {
    return this.run(ANSWER_LIMIT_MS, async (database) => {
      const objects = database.transaction(store, "readonly").objectStore(store);
      const [keys, values] = await Promise.all([
        resultOf(objects.getAllKeys(range, most)),
        resultOf<T[]>(objects.getAll(range, most)),
      ]);
      return { keys, values };
    });
  }

  /** Run one transaction that writes so many bytes; what it wrote is safe soon, when the system writes it out. */
  write(stores: string[], act: (transaction: IDBTransaction) => void, bytes = 0): Promise<void> {
    const limitMs = ANSWER_LIMIT_MS + bytes / SLOWEST_WRITING;
    return this.run(limitMs, (database) => commit(database, stores, "relaxed", act));
  }

  /** Run one transaction; resolves when what it wrote is on the disk, whatever becomes of browser and power. */
  writeSafely(stores: string[], act: (transaction: IDBTransaction) => void): Promise<void> {
    return this.run(ANSWER_LIMIT_MS, (database) => commit(database, stores, "strict", act));
  }

  private async run<T>(limitMs: number, work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    if (this.timers.nowMs() < this.silentUntilMs) throw new Error(`database ${this.name} does not answer`);
    const connection = (this.connection ??= this.connect());
    const database = await this.opened(connection);
    let isAnswered = false;
    try {
      const answer = work(database).finally(() => {
        isAnswered = true;
      });
      return await within(this.timers, limitMs, `database ${this.name}`, answer);
    } catch (error) {
      if (!isFull(error)) this.leave(connection, !isAnswered);
      throw error;
    }
  }

  private async opened(connection: Promise<IDBDatabase>): Promise<IDBDatabase> {
    try {
      return await within(this.timers, OPEN_LIMIT_MS, `database ${this.name}`, connection);
    } catch (error) {
      this.leave(connection, true);
      throw error;
    }
  }

  private connect(): Promise<IDBDatabase> {
    const connection: Promise<IDBDatabase> = this.request().then((database) => {
      database.onclose = () => this.leave(connection, false);
      database.onversionchange = () => this.leave(connection, false);
      return database;
    });
    return connection;
  }

  private async request(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.name, this.version);
    request.onupgradeneeded = () => this.upgrade(request.result);
    return resultOf(request);
  }

  /** Connect anew the next time, which does not come soon if it was silent; another may have done so already. */
  private leave(connection: Promise<IDBDatabase>, wasSilent: boolean): void {
    if (this.connection === connection) this.connection = undefined;
    if (wasSilent) this.silentUntilMs = this.timers.nowMs() + SILENCE_MS;
    connection.then(
      (database) => database.close(),
      () => undefined,
    );
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function commit(
  database: IDBDatabase,
  stores: string[],
  durability: IDBTransactionDurability,
  act: (transaction: IDBTransaction) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, "readwrite", { durability });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
    act(transaction);
  });
}
