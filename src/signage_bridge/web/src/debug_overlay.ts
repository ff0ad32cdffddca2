// The overlay that `?debug=1` shows, with what the topics that a page may read give: no faces, boxes or images.

import { type DiagnosticArray, type Presence, PresenceEvent } from "./messages";
import type { Showing } from "./player";
import type { Latency, SignStatus } from "./status";

/** A node's state in one word, and its message. */
export interface Diagnostic {
  level: string;
  message: string;
}

export interface OverlayData extends SignStatus {
  /** rosbridge's address. */
  url: string;
  /** Connections tried since the page was opened. */
  attempts: number;
  showing: Showing | undefined;
  presence: Presence | undefined;
  /** By the name that the diagnostics give. */
  diagnostics: ReadonlyMap<string, Diagnostic>;
}

/** One line of the overlay; `tone` chooses its colour. */
export interface Row {
  label: string;
  value: string;
  tone?: string;
}

const LEVELS = ["ok", "warning", "error", "stale"];

/** Write all that the overlay says as labelled lines. */
export function overlayRows(data: OverlayData): Row[] {
  return [
    { label: "sign", value: `${data.device} / ${data.screen}, ${data.state}` },
    { label: "connection", value: connectionText(data), tone: data.connection },
    ...advertisementRows(data.showing),
    { label: "latency", value: data.latency ? latencyText(data.latency) : "-" },
    { label: "presence", value: presenceText(data.presence) },
    { label: "reports", value: reportsText(data), ...(data.reportsProblem && { tone: "warning" }) },
    { label: "media", value: `${data.mediaKept} of ${data.mediaTotal} kept here` },
    ...[...data.diagnostics].map(([label, { level, message }]) => ({
      label,
      value: `${level}: ${message}`,
      tone: level,
    })),
  ];
}

function reportsText({ reportsAccepted, reportsWaiting, reportsRefused, reportsProblem }: OverlayData): string {
  const refused = reportsRefused > 0 ? `, ${reportsRefused} refused` : "";
  const problem = reportsProblem && `: ${reportsProblem}`;
  return `${reportsAccepted} delivered, ${reportsWaiting} waiting${refused}${problem}`;
}

function connectionText({ connection, url, attempts }: OverlayData): string {
  const unit = attempts === 1 ? "attempt" : "attempts";
  return connection === "connected" ? `connected to ${url}` : `${connection}: ${url}, ${attempts} ${unit}`;
}

function advertisementRows(showing: Showing | undefined): Row[] {
  if (!showing) return [{ label: "advertisement", value: "nothing" }];
  const { item, playlist } = showing;
  const selection = playlist.selection;
  const facts = playlist.isHouse
    ? ["house playlist"]
    : [selection?.campaign, selection?.estimation, playlist.episode].filter(Boolean);
  return [
    { label: "advertisement", value: [item.creative, ...facts].join(", ") },
    { label: "reason", value: selection?.reason || "-" },
  ];
}

function latencyText(latency: Latency): string {
  const parts = [`captured to painted ${ms(latency.capturedToPaintedMs)}`];
  if (latency.arrivedToPaintedMs !== undefined) parts.push(`arrived to painted ${ms(latency.arrivedToPaintedMs)}`);
  parts.push(`message to painted ${ms(latency.messageToPaintedMs)}`);
  return `${parts.join(", ")} (${latency.creative})`;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function presenceText(presence: Presence | undefined): string {
  if (!presence || presence.event === PresenceEvent.ENDED) return "nobody";
  const people = presence.watchers === 1 ? "1 watcher" : `${presence.watchers} watchers`;
  const others = presence.in_sight > 0 ? `, ${presence.in_sight} more in sight` : "";
  return `${people}${others}, ${presence.estimation}, ${presence.episode}`;
}

/** Return the nodes' states by name, with those of a new message. */
export function mergeDiagnostics(
  known: ReadonlyMap<string, Diagnostic>,
  news: DiagnosticArray,
): Map<string, Diagnostic> {
  const all = new Map(known);
  for (const { name, level, message } of news.status) all.set(name, { level: levelName(level), message });
  return all;
}

function levelName(level: number | string): string {
  const number = typeof level === "number" ? level : atob(level).charCodeAt(0);
  return LEVELS[number] ?? "unknown";
}

/** Write the overlay into the page and uncover it. */
export function showOverlay(data: OverlayData): void {
  const list = document.getElementById("overlay") as HTMLElement;
  list.hidden = false;
  list.replaceChildren(
    ...overlayRows(data).flatMap(({ label, value, tone }) => {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = label;
      text.textContent = value;
      if (tone) text.dataset.tone = tone;
      return [term, text];
    }),
  );
}
