// Reports of what the screen showed: written, kept until the bridge has them, and delivered over rosbridge v2, which
// has no answer to a publish.

import { type Timers, toTime } from "./clock";
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
    episode: showing.playlist.episode,
    event,
    detail: toPrintable(detail).slice(0, MAX_DETAIL_LENGTH),
  };
}

/** Replace what the bridge would refuse in a text: control characters and line ends. */
export function toPrintable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").replace(/[^\S ]/gu, " ");
}

/** What keeps reports; the real one is IndexedDB. */
export interface ReportStore {
  add(report: AdPlayback): Promise<void>;
  first(): Promise<{ key: number; report: AdPlayback } | undefined>;
  remove(key: number): Promise<void>;
  count(): Promise<number>;
}

export type DeliveryOutcome = "accepted" | "refused";

/** Delivers one report and resolves when the bridge has it or refuses it; rejects if that is not known. */
export type DeliverReport = (report: AdPlayback) => Promise<DeliveryOutcome>;

export interface ReportQueueEvents {
  /** So many reports wait now. */
  changed(waiting: number): void;
  refused(report: AdPlayback): void;
}

/** Reports that may wait; about a month of one showing every eight seconds, at two reports each. */
export const MAX_WAITING = 600_000;

/** So many may go without a pause; more go below the bridge's limit, so that it takes a long queue unrefused. */
export const BURST = 20;
export const PAUSE_MS = 75;
/** After a delivery that failed though the connection is there. */
export const RETRY_MS = 1_000;

/** Keeps reports until the bridge has them, in order, over cuts and restarts of the page. */
export class ReportQueue {
  private deliver: DeliverReport | undefined;
  private draining: Promise<void> | undefined;
  /** Whether there may be something to deliver that the drain has not seen. */
  private isWanted = false;
  private adding: Promise<void> = Promise.resolve();
  accepted = 0;

  constructor(
    private readonly store: ReportStore,
    private readonly pause: (ms: number) => Promise<void>,
    private readonly events: ReportQueueEvents,
    private readonly maxWaiting = MAX_WAITING,
  ) {}

  /** Keep a report and deliver it as soon as that is possible. */
  add(report: AdPlayback): Promise<void> {
    this.adding = this.adding.then(() => this.keep(report)).catch((error) => console.error("report lost", error));
    return this.adding;
  }

  /** From now on reports can be delivered this way. */
  attach(deliver: DeliverReport): void {
    this.deliver = deliver;
    this.startDraining();
  }

  /** From now on they can't. */
  detach(): void {
    this.deliver = undefined;
  }

  private async keep(report: AdPlayback): Promise<void> {
    await this.store.add(report);
    const waiting = await this.store.count();
    if (waiting > this.maxWaiting) await this.dropFirst();
    this.events.changed(Math.min(waiting, this.maxWaiting));
    this.startDraining();
  }

  private async dropFirst(): Promise<void> {
    const first = await this.store.first();
    if (first) await this.store.remove(first.key);
  }

  private startDraining(): void {
    this.isWanted = true;
    if (this.draining || !this.deliver) return;
    this.draining = this.drain().finally(() => {
      this.draining = undefined;
    });
  }

  private async drain(): Promise<void> {
    for (let deliver = this.deliver; deliver && this.isWanted; deliver = this.deliver) {
      this.isWanted = false;
      try {
        if (await this.deliverFirst(deliver)) this.isWanted = true;
      } catch {
        this.isWanted = true;
        if (this.deliver === deliver) await this.pause(RETRY_MS);
      }
    }
  }

  /** Deliver the first report that waits; return whether there was one. */
  private async deliverFirst(deliver: DeliverReport): Promise<boolean> {
    const first = await this.store.first();
    if (!first) return false;
    const outcome = await deliver(first.report);
    if (outcome === "accepted") this.accepted += 1;
    else this.events.refused(first.report);
    await this.store.remove(first.key);
    const waiting = await this.store.count();
    this.events.changed(waiting);
    if (waiting > BURST) await this.pause(PAUSE_MS);
    return true;
  }
}

/** A status message of the server; `code` says for programs what `text` says for people, empty if it gives none. */
export interface Answer {
  level: string;
  text: string;
  code: string;
}

/** What a delivery needs of a connection. */
export interface ReportChannel {
  publish(id: string, report: AdPlayback): void;
  /** Ask for something that is always answered, with this id. */
  probe(id: string): void;
  /** Call back with each answer to an id; returns how to stop listening. */
  onAnswer(id: string, answered: (answer: Answer) => void): () => void;
  onClose(closed: () => void): () => void;
  /** Bytes that have not left the browser yet. */
  waitingBytes(): number;
}

/** Refusals that may be over later; any other is for good, also one without a code. */
const TEMPORARY_CODES: ReadonlySet<string> = new Set(["too_many", "unavailable"]);

/** How long an answer to a delivery is waited for. */
export const DELIVERY_TIMEOUT_MS = 5_000;

/**
 * Deliver by publish and probe: the server handles messages in order, so the answer to the probe says that the publish
 * before it was taken; a status with the publish's own id says that it was refused. A server that never answers probes
 * has the report when all bytes have left and it kept silent for a while; from one that answered before, silence means
 * that the connection is dead. Where the graph offers a service that acknowledges reports, another function of this
 * type takes the place of this one.
 */
export function makeDelivery(channel: ReportChannel, timers: Timers, newId: () => string): DeliverReport {
  let answersProbes = false;
  return (report) =>
    new Promise<DeliveryOutcome>((resolve, reject) => {
      const publishId = `playback:${report.play_id}:${report.event}`;
      const probeId = `probe:${newId()}`;
      const stops: (() => void)[] = [];
      const settle = (action: () => void): void => {
        for (const stop of stops.splice(0)) stop();
        action();
      };
      const wait = (): void => {
        const timer = timers.set(() => {
          if (answersProbes) settle(() => reject(new Error("no answer")));
          else if (channel.waitingBytes() === 0) settle(() => resolve("accepted"));
          else wait();
        }, DELIVERY_TIMEOUT_MS);
        stops.push(() => timers.clear(timer));
      };
      stops.push(
        channel.onClose(() => settle(() => reject(new Error("connection closed")))),
        channel.onAnswer(probeId, () => {
          answersProbes = true;
          settle(() => resolve("accepted"));
        }),
        channel.onAnswer(publishId, ({ level, text, code }) => {
          if (level !== "error") return;
          if (TEMPORARY_CODES.has(code)) settle(() => reject(new Error(text)));
          else settle(() => resolve("refused"));
        }),
      );
      wait();
      channel.publish(publishId, report);
      channel.probe(probeId);
    });
}
