// Reports of what the screen showed: written, kept, and given to a delivery until the other side has them.

import { toTime } from "./clock";
import { Backoff } from "./connection";
import type { AdPlayback } from "./messages";
import type { Showing } from "./player";

const MAX_DETAIL_LENGTH = 200;

/** Who reports. */
export interface Reporter {
  device: string;
  screen: string;
}

/** Write the report of one event (see PlaybackEvent) of a showing. */
export function makeReport(
  reporter: Reporter,
  event: number,
  showing: Showing,
  epochMs: number,
  detail: string,
): AdPlayback {
  return {
    stamp: toTime(epochMs),
    screen: reporter.screen,
    device: reporter.device,
    play_id: showing.playId,
    creative: showing.item.creative,
    campaign: showing.playlist.selection?.campaign ?? "",
    episode: showing.playlist.episode,
    event,
    detail: toPrintable(detail).slice(0, MAX_DETAIL_LENGTH),
  };
}

/** Replace what the bridge would refuse in a text: control characters and line ends. */
export function toPrintable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").replace(/[^\S ]/gu, " ");
}

/** A report that waits; keys grow. */
export interface KeptReport {
  key: number;
  report: AdPlayback;
}

/** What keeps reports; the real one is IndexedDB. */
export interface ReportStore {
  add(report: AdPlayback): Promise<void>;
  /** Return the oldest reports in order, so many at most; rejects if there are some that can't be read now. */
  oldest(most: number): Promise<KeptReport[]>;
  /** Forget the reports up to a key. */
  remove(lastKey: number): Promise<void>;
  count(): Promise<number>;
}

/** A way to deliver reports. */
export interface Delivery {
  /** So many may go at once. */
  readonly most: number;
  /** So many may wait before there are pauses, in which a server with a limit can take a long queue unrefused. */
  readonly unhurried: number;
  readonly pauseMs: number;
  /**
   * Resolves when the other side has each report or refuses it for good: with the reason of each refusal, empty for what
   * it has. Rejects if that is not known.
   */
  deliver(reports: AdPlayback[]): Promise<string[]>;
}

export interface ReportQueueEvents {
  /** What is known of the queue is different. */
  changed(): void;
  refused(report: AdPlayback, reason: string): void;
}

/** Reports that may wait; about a month of one showing every eight seconds, at two reports each. */
export const MAX_WAITING = 600_000;
/** What goes at once is no longer than this, characters of JSON, unless it is a single report. */
export const MAX_LENGTH = 32_000;
/** After a delivery that failed though the connection is there; doubled each time up to the longest. */
export const RETRY_MS = 1_000;
export const LONGEST_RETRY_MS = 8_000;

/** Keeps reports until the other side has them, in order, over cuts and restarts of the page. */
export class ReportQueue {
  private delivery: Delivery | undefined;
  private draining: Promise<void> | undefined;
  /** Whether there may be something to deliver that the drain has not seen. */
  private isWanted = false;
  private adding: Promise<void> = Promise.resolve();
  /** How many go at once: half as many after each failure, twice as many after each success. */
  private size = Number.POSITIVE_INFINITY;
  private readonly backoff: Backoff;
  private known: number | undefined;
  accepted = 0;
  /** Why the last delivery failed; empty if it did not. */
  problem = "";

  constructor(
    private readonly store: ReportStore,
    private readonly pause: (ms: number) => Promise<void>,
    private readonly events: ReportQueueEvents,
    random: () => number,
    private readonly maxWaiting = MAX_WAITING,
  ) {
    this.backoff = new Backoff({ firstMs: RETRY_MS, longestMs: LONGEST_RETRY_MS, random });
  }

  /** How many reports wait; another page of the screen may have changed that since they were counted. */
  get waiting(): number {
    return this.known ?? 0;
  }

  /** Keep a report and deliver it as soon as that is possible; resolves when it is kept. */
  add(report: AdPlayback): Promise<void> {
    this.adding = this.adding.then(() => this.keep(report)).catch((error) => console.error("report lost", error));
    return this.adding;
  }

  /** From now on reports can be delivered this way. */
  attach(delivery: Delivery): void {
    this.delivery = delivery;
    this.size = delivery.most;
    this.backoff.reset();
    this.startDraining();
  }

  /** From now on they can't. */
  detach(): void {
    this.delivery = undefined;
    this.setProblem("");
  }

  private async keep(report: AdPlayback): Promise<void> {
    await this.store.add(report);
    this.known = this.known === undefined ? await this.store.count() : this.known + 1;
    if (this.known > this.maxWaiting) await this.dropFirst();
    this.events.changed();
    this.startDraining();
  }

  private async dropFirst(): Promise<void> {
    const [first] = await this.store.oldest(1).catch(() => []);
    if (first) await this.store.remove(first.key);
    this.known = this.maxWaiting;
  }

  private startDraining(): void {
    this.isWanted = true;
    if (this.draining || !this.delivery) return;
    this.draining = this.drain().finally(() => {
      this.draining = undefined;
      if (this.isWanted) this.startDraining(); // something came while it ended
    });
  }

  private async drain(): Promise<void> {
    for (let delivery = this.delivery; delivery && this.isWanted; delivery = this.delivery) {
      this.isWanted = false;
      try {
        if (await this.deliverOldest(delivery)) this.isWanted = true;
        this.backoff.reset();
      } catch (error) {
        this.isWanted = true;
        if (this.delivery === delivery) await this.pauseAfter(error as Error);
      }
    }
  }

  /** Try again later with fewer: what holds up the others may be one of them, or how many they are. */
  private async pauseAfter(error: Error): Promise<void> {
    this.size = Math.max(1, Math.floor(this.size / 2));
    this.setProblem(error.message);
    await this.pause(this.backoff.next());
  }

  /** Deliver the reports that have waited longest; return whether there were any. */
  private async deliverOldest(delivery: Delivery): Promise<boolean> {
    const kept = await this.store.oldest(Math.min(this.size, delivery.most));
    const batch = fitting(kept);
    const last = batch.at(-1);
    if (!last) {
      this.known = 0;
      return false;
    }
    const reasons = await delivery.deliver(batch.map(({ report }) => report));
    this.size = Math.min(delivery.most, this.size * 2);
    await this.store.remove(last.key);
    await this.account(batch, reasons);
    if (this.waiting > delivery.unhurried) await this.pause(delivery.pauseMs);
    return true;
  }

  private async account(batch: KeptReport[], reasons: string[]): Promise<void> {
    for (const [index, { report }] of batch.entries()) {
      const reason = reasons[index];
      if (reason) this.events.refused(report, reason);
      else this.accepted += 1;
    }
    const remaining = this.waiting - batch.length;
    // Counting a long queue takes a browser longer than delivering from it.
    this.known = remaining > batch.length ? remaining : await this.store.count();
    this.problem = "";
    this.events.changed();
  }

  private setProblem(problem: string): void {
    if (problem === this.problem) return;
    this.problem = problem;
    this.events.changed();
  }
}

/** Return as many of the oldest reports as may go at once; the first may always. */
function fitting(kept: KeptReport[]): KeptReport[] {
  let length = 0;
  const tooMany = kept.findIndex(({ report }, index) => {
    length += JSON.stringify(report).length;
    return index > 0 && length > MAX_LENGTH;
  });
  return tooMany < 0 ? kept : kept.slice(0, tooMany);
}
