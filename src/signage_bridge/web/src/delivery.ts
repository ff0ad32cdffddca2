// How reports are delivered over rosbridge v2: by the journal's service, which answers when they are durable, or where
// there is no journal by publishing, which has no answer.

import type { Timers } from "./clock";
import type { AdPlayback } from "./messages";
import type { Delivery } from "./reports";

/** A status message of the server; `code` says for programs what `text` says for people, empty if it gives none. */
export interface Answer {
  level: string;
  text: string;
  code: string;
}

/** The answer to a service call: the fields of the response, or in words why it failed. */
export interface Response {
  result: boolean;
  values: unknown;
}

/** What a delivery needs of a connection. */
export interface ReportChannel {
  /** Call the journal's service with this id. */
  record(id: string, reports: AdPlayback[]): void;
  onResponse(id: string, answered: (response: Response) => void): () => void;
  publish(id: string, report: AdPlayback): void;
  /** Ask for something that is always answered, with this id. */
  probe(id: string): void;
  /** Call back with each answer to an id; returns how to stop listening. */
  onAnswer(id: string, answered: (answer: Answer) => void): () => void;
  onClose(closed: () => void): () => void;
  /** Bytes that have not left the browser yet. */
  waitingBytes(): number;
}

/** A question that ends once: by an answer, or since the connection is closed; then nothing is listened to any more. */
class Question<T> {
  readonly answer: Promise<T>;
  private readonly stops: (() => void)[] = [];
  private end: { resolve: (value: T) => void; reject: (error: Error) => void } | undefined;

  constructor(
    channel: ReportChannel,
    private readonly timers: Timers,
  ) {
    this.answer = new Promise<T>((resolve, reject) => {
      this.end = { resolve, reject };
    });
    this.until(channel.onClose(() => this.fail("connection closed")));
  }

  /** Take how to stop listening for something. */
  until(stop: () => void): void {
    this.stops.push(stop);
  }

  after(ms: number, action: () => void): void {
    const timer = this.timers.set(action, ms);
    this.until(() => this.timers.clear(timer));
  }

  resolve(value: T): void {
    this.stop();
    this.end?.resolve(value);
  }

  fail(reason: string): void {
    this.stop();
    this.end?.reject(new Error(reason));
  }

  private stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }
}

/** So many reports go in one call; the bridge takes ten times as many. */
export const RECORDED_AT_ONCE = 50;
export const RECORD_PAUSE_MS = 25;
/** How long the answer to a call is waited for; the bridge waits half of it for the journal. */
export const RECORD_TIMEOUT_MS = 10_000;

/** Deliver by the journal's service. What is not answered is asked again, and counts once there. */
export function makeRecording(channel: ReportChannel, timers: Timers, newId: () => string): Delivery {
  const deliver = (reports: AdPlayback[]): Promise<string[]> => {
    const id = `record:${newId()}`;
    const question = new Question<string[]>(channel, timers);
    question.after(RECORD_TIMEOUT_MS, () => question.fail("no answer"));
    question.until(
      channel.onResponse(id, (response) => {
        const reasons = readReasons(response, reports.length);
        if (typeof reasons === "string") question.fail(reasons);
        else question.resolve(reasons);
      }),
    );
    channel.record(id, reports);
    return question.answer;
  };
  return { most: RECORDED_AT_ONCE, unhurried: RECORDED_AT_ONCE, pauseMs: RECORD_PAUSE_MS, deliver };
}

/** Return the answer to each report, or in words why there is none. */
function readReasons({ result, values }: Response, count: number): string[] | string {
  if (!result) return typeof values === "string" && values ? values : "the call failed";
  const { success, message, refused } = (values ?? {}) as Record<string, unknown>;
  if (success !== true) return typeof message === "string" && message ? message : "the journal kept nothing";
  const isComplete = Array.isArray(refused) && refused.length === count;
  return isComplete && refused.every((reason) => typeof reason === "string") ? refused : "an answer of another kind";
}

/** Refusals that may be over later; any other is for good, also one without a code. */
const TEMPORARY_CODES: ReadonlySet<string> = new Set(["too_many", "unavailable"]);
/** So many may go without a pause; more go below the bridge's limit for what is published. */
export const PUBLISHED_UNHURRIED = 20;
export const PUBLISH_PAUSE_MS = 75;
/** How long an answer to what was published is waited for. */
export const PUBLISH_TIMEOUT_MS = 5_000;

/**
 * Deliver by publish and probe: the server handles messages in order, so the answer to the probe says that the publish
 * before it was taken; a status with the publish's own id says that it was refused. A server that never answers probes
 * has the report when all bytes have left and it kept silent for a while; from one that answered before, silence means
 * that the connection is dead.
 */
export function makePublishing(channel: ReportChannel, timers: Timers, newId: () => string): Delivery {
  let answersProbes = false;
  const publish = (report: AdPlayback): Promise<string> => {
    const publishId = `playback:${report.play_id}:${report.event}`;
    const probeId = `probe:${newId()}`;
    const question = new Question<string>(channel, timers);
    const wait = (): void =>
      question.after(PUBLISH_TIMEOUT_MS, () => {
        if (answersProbes) question.fail("no answer");
        else if (channel.waitingBytes() === 0) question.resolve("");
        else wait();
      });
    question.until(
      channel.onAnswer(probeId, () => {
        answersProbes = true;
        question.resolve("");
      }),
    );
    question.until(
      channel.onAnswer(publishId, ({ level, text, code }) => {
        if (level !== "error") return;
        if (TEMPORARY_CODES.has(code)) question.fail(text);
        else question.resolve(text || "refused");
      }),
    );
    wait();
    channel.publish(publishId, report);
    channel.probe(probeId);
    return question.answer;
  };
  const deliver = (reports: AdPlayback[]): Promise<string[]> => Promise.all(reports.map(publish));
  return { most: 1, unhurried: PUBLISHED_UNHURRIED, pauseMs: PUBLISH_PAUSE_MS, deliver };
}
