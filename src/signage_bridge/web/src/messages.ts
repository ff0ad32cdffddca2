// The messages of the graph that the page reads and writes, as rosbridge carries them.

/** builtin_interfaces/Time: UTC since the Unix epoch. */
export interface Time {
  sec: number;
  nanosec: number;
}

/** signage_msgs/AdSelection: what the screen must show from now on, and why. */
export interface AdSelection {
  device: string;
  episode: string;
  campaign: string;
  creative: string;
  url: string;
  fallback: boolean;
  estimation: string;
  reason: string;
  arrived: Time;
  captured: Time;
  decided: Time;
  creatives: string[];
  urls: string[];
  durations_s: number[];
}

/** signage_msgs/Presence: an episode started (1), changed (2) or ended (3). */
export interface Presence {
  episode: string;
  event: number;
  watchers: number;
  in_sight: number;
  estimation: string;
}

/** signage_msgs/AdPlayback: what this screen really did with one showing. */
export interface AdPlayback {
  stamp: Time;
  screen: string;
  device: string;
  play_id: string;
  creative: string;
  /** Empty for the house playlist. */
  campaign: string;
  episode: string;
  event: number;
  detail: string;
}

export const PlaybackEvent = { STARTED: 1, COMPLETED: 2, INTERRUPTED: 3, FAILED: 4 } as const;
export const PresenceEvent = { STARTED: 1, UPDATED: 2, ENDED: 3 } as const;

/** diagnostic_msgs/DiagnosticArray; a level, being a byte, comes as a number or as base64. */
export interface DiagnosticArray {
  status: { level: number | string; name: string; message: string }[];
}

export const MESSAGE_TYPES = {
  ad: "signage_msgs/msg/AdSelection",
  presence: "signage_msgs/msg/Presence",
  playback: "signage_msgs/msg/AdPlayback",
  diagnostics: "diagnostic_msgs/msg/DiagnosticArray",
} as const;
