// The report of what was shown when the page was left. Only localStorage takes something at that moment.

import type { AdPlayback } from "./messages";

export interface Notes {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps reports for the next page of the same screen. */
export class Farewell {
  constructor(
    private readonly notes: Notes,
    private readonly key: string,
  ) {}

  leave(report: AdPlayback): void {
    try {
      this.notes.setItem(this.key, JSON.stringify([...this.read(), report]));
    } catch (error) {
      console.warn("the last report is lost", error);
    }
  }

  /** Return what earlier pages left, once. */
  take(): AdPlayback[] {
    const reports = this.read();
    if (reports.length > 0) this.notes.removeItem(this.key);
    return reports;
  }

  private read(): AdPlayback[] {
    try {
      return JSON.parse(this.notes.getItem(this.key) ?? "[]") as AdPlayback[];
    } catch {
      return [];
    }
  }
}
