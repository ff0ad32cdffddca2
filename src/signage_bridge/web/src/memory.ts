// The same stores as in database.ts for a browser that keeps nothing: all is lost with the page, nothing else changes.

import type { BlobStore, StoredMedia } from "./media_cache";
import type { AdPlayback } from "./messages";
import type { ReportStore } from "./reports";

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
  private last = 0;

  async add(report: AdPlayback): Promise<void> {
    this.last += 1;
    this.reports.set(this.last, report);
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

export class MemoryValues {
  private readonly values = new Map<string, unknown>();

  async get<T>(name: string): Promise<T | undefined> {
    return this.values.get(name) as T | undefined;
  }

  async set(name: string, value: unknown): Promise<void> {
    this.values.set(name, value);
  }
}
