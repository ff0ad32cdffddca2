// Writes the reports of what the screen did.

import type { AdPlayback } from "./messages";
import type { Showing } from "./player";
import { toTime } from "./time";

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
