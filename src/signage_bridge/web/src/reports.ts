// Writes the reports of what the screen did, and keeps them until the other side has them.

import type { AdPlayback } from "./messages";
import type { Showing } from "./player";
import { toTime } from "./clock";

const LONGEST_DETAIL = 200;

/** Who reports. */
export interface Reporter {
  device: string;
  screen: string;
}

/** Return the report of one event of a showing. */
export function playbackOf(
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
    episode: showing.programme.episode,
    event,
    detail: printable(detail).slice(0, LONGEST_DETAIL),
  };
}

/** Replace what the bridge would refuse in a text: control characters and line ends. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").replace(/[^\S ]/gu, " ");
}

/** What keeps reports; the real one is IndexedDB. */
export interface ReportStore {
  add(report: AdPlayback): Promise<void>;
  first(): Promise<{ key: number; report: AdPlayback } | undefined>;
  remove(key: number): Promise<void>;
  count(): Promise<number>;
}

export type Outcome = "accepted" | "refused";

/** Brings one report over and settles when the other side has it; rejects if that is not known. */
export type Deliver = (report: AdPlayback) => Promise<Outcome>;

export interface QueueEvents {
  changed(waiting: number): void;
  refused(report: AdPlayback): void;
}

/** Reports that may wait; about a month of one showing every eight seconds, at two reports each. */
export const MOST_REPORTS = 600_000;

/** So many may go without a pause; more go below the bridge's limit, so that it takes a long queue unrefused. */
export const BURST = 20;
export const PAUSE_MS = 75;
/** After a delivery that failed though the connection is there. */
export const RETRY_MS = 1_000;

export class PlaybackQueue {
  private deliver: Deliver | undefined;
  private running: Promise<void> | undefined;
  private adding: Promise<void> = Promise.resolve();
  accepted = 0;

  constructor(
    private readonly store: ReportStore,
    private readonly pause: (ms: number) => Promise<void>,
    private readonly events: QueueEvents,
    private readonly most = MOST_REPORTS,
  ) {}

  /** Keep a report and bring it over as soon as that is possible. */
  push(report: AdPlayback): Promise<void> {
    this.adding = this.adding.then(() => this.keep(report)).catch((error) => console.error("report lost", error));
    return this.adding;
  }

  /** From now on reports can be delivered this way. */
  attach(deliver: Deliver): void {
    this.deliver = deliver;
    this.run();
  }

  /** From now on they can't. */
  detach(): void {
    this.deliver = undefined;
  }

  private async keep(report: AdPlayback): Promise<void> {
    await this.store.add(report);
    const waiting = await this.store.count();
    if (waiting > this.most) await this.dropFirst();
    this.events.changed(Math.min(waiting, this.most));
    this.run();
  }

  private async dropFirst(): Promise<void> {
    const first = await this.store.first();
    if (first) await this.store.remove(first.key);
  }

  private run(): void {
    if (this.running || !this.deliver) return;
    this.running = this.drain().finally(() => {
      this.running = undefined;
    });
  }

  private async drain(): Promise<void> {
    for (let deliver = this.deliver; deliver; deliver = this.deliver) {
      const first = await this.store.first();
      if (!first) return;
      let outcome: Outcome;
      try {
        outcome = await deliver(first.report);
      } catch {
        if (this.deliver === deliver) await this.pause(RETRY_MS);
        continue;
      }
      if (outcome === "accepted") this.accepted += 1;
      else this.events.refused(first.report);
      await this.store.remove(first.key);
      const waiting = await this.store.count();
      this.events.changed(waiting);
      if (waiting > BURST) await this.pause(PAUSE_MS);
    }
  }
}
