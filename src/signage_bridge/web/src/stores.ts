// Opens what the page keeps: media for all screens of a browser, reports for each screen.

import { DatabaseBlobs, DatabaseReports, DatabaseValues, openDatabase } from "./storage";
import { Farewell } from "./farewell";
import type { BlobStore } from "./media_cache";
import { MemoryBlobs, MemoryReports, MemoryValues } from "./memory";
import type { ReportStore } from "./reports";

export interface Values {
  get<T>(name: string): Promise<T | undefined>;
  set(name: string, value: unknown): Promise<void>;
}

export interface Stores {
  blobs: BlobStore;
  reports: ReportStore;
  values: Values;
  farewell: Farewell;
}

/** Open the stores of a screen; in memory where the browser keeps nothing. */
export async function openStores(device: string, screen: string): Promise<Stores> {
  const farewell = new Farewell(localStorage, `signage-farewell/${device}/${screen}`);
  try {
    const media = await openDatabase("signage-media");
    const reports = await openDatabase(`signage-reports/${device}/${screen}`);
    return {
      blobs: new DatabaseBlobs(media),
      reports: new DatabaseReports(reports),
      values: new DatabaseValues(media),
      farewell,
    };
  } catch (error) {
    console.warn("this browser keeps nothing over a restart", error);
    return { blobs: new MemoryBlobs(), reports: new MemoryReports(), values: new MemoryValues(), farewell };
  }
}
