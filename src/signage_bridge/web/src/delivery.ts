// How a report counts as delivered over rosbridge v2, which has no answer to a publish.

import type { AdPlayback } from "./messages";
import type { Deliver, Outcome } from "./reports";

/** What a delivery needs of a connection. */
export interface Wire {
  publish(id: string, report: AdPlayback): void;
  /** Ask for something that is always answered, with this id. */
  probe(id: string): void;
  /** Call back once with the answer to an id; returns how to stop waiting. */
  onAnswer(id: string, answer: (level: string, text: string) => void): () => void;
  onClose(closed: () => void): () => void;
  /** Bytes that have not left the browser yet. */
  waitingBytes(): number;
}

export interface DeliveryTimers {
  set(action: () => void, ms: number): number;
  clear(timer: number): void;
}

/** How long an answer is waited for. */
export const SILENCE_MS = 5_000;

/**
 * Deliver by publish and probe: the server handles messages in order, so the answer to the probe says that the publish
 * before it was taken; a status with the publish's own id says that it was refused. A server that never answers probes
 * has the report when all bytes have left and it kept silent for a while; from one that answered before, silence means
 * that the connection is dead. Where the graph offers a service that acknowledges reports, another function of this
 * type takes the place of this one.
 */
export function makeDelivery(wire: Wire, timers: DeliveryTimers, newId: () => string): Deliver {
  let answers = false;
  return (report) =>
    new Promise<Outcome>((resolve, reject) => {
      const publishId = `playback:${report.play_id}:${report.event}`;
      const probeId = `probe:${newId()}`;
      const stops: (() => void)[] = [];
      const settle = (action: () => void): void => {
        for (const stop of stops.splice(0)) stop();
        action();
      };
      const wait = (): void => {
        const timer = timers.set(() => {
          if (answers) settle(() => reject(new Error("no answer")));
          else if (wire.waitingBytes() === 0) settle(() => resolve("accepted"));
          else wait();
        }, SILENCE_MS);
        stops.push(() => timers.clear(timer));
      };
      stops.push(
        wire.onClose(() => settle(() => reject(new Error("connection closed")))),
        wire.onAnswer(probeId, () => {
          answers = true;
          settle(() => resolve("accepted"));
        }),
        wire.onAnswer(publishId, (level, text) => {
          if (level !== "error") return;
          if (isPassing(text)) settle(() => reject(new Error(text)));
          else settle(() => resolve("refused"));
        }),
      );
      wait();
      wire.publish(publishId, report);
      wire.probe(probeId);
    });
}

/** Tell whether a refusal may be over later: too many messages at once. */
function isPassing(text: string): boolean {
  return text.includes("too many");
}
