// What `?debug=1` shows, as the topics that a page may read give it: no faces, boxes or frames.

import type { ConnectionState } from "./connection";
import { type DiagnosticArray, type Presence, PresenceEvent } from "./messages";
import type { Showing } from "./player";
import type { SignState } from "./state";
import { toEpochMs } from "./clock";

/** How long the last change took. */
export interface Latency {
  creative: string;
  capturedToPaintedMs: number;
  arrivedToPaintedMs: number | undefined;
  messageToPaintedMs: number;
}

export interface OverlayModel {
  device: string;
  screen: string;
  url: string;
  state: SignState;
  connection: ConnectionState;
  attempts: number;
  showing: Showing | undefined;
  latency: Latency | undefined;
  presence: Presence | undefined;
  diagnostics: ReadonlyMap<string, { level: string; message: string }>;
  reportsWaiting: number;
  reportsAccepted: number;
  mediaKept: number;
  mediaTotal: number;
}

export interface Row {
  label: string;
  value: string;
  tone?: string;
}

const LEVELS = ["ok", "warning", "error", "stale"];

/** Return the rows of the overlay. */
export function overlayRows(model: OverlayModel): Row[] {
  return [
    { label: "sign", value: `${model.device} / ${model.screen}, ${model.state}` },
    { label: "connection", value: connectionText(model), tone: model.connection },
    ...advertisementRows(model.showing),
    { label: "latency", value: model.latency ? latencyText(model.latency) : "-" },
    { label: "presence", value: presenceText(model.presence) },
    { label: "reports", value: `${model.reportsAccepted} delivered, ${model.reportsWaiting} waiting` },
    { label: "media", value: `${model.mediaKept} of ${model.mediaTotal} kept here` },
    ...[...model.diagnostics].map(([label, { level, message }]) => ({
      label,
      value: `${level}: ${message}`,
      tone: level,
    })),
  ];
}

function connectionText({ connection, url, attempts }: OverlayModel): string {
  const times = attempts === 1 ? "attempt" : "attempts";
  return connection === "connected" ? `connected to ${url}` : `${connection}: ${url}, ${attempts} ${times}`;
}

function advertisementRows(showing: Showing | undefined): Row[] {
  if (!showing) return [{ label: "advertisement", value: "nothing" }];
  const { item, programme } = showing;
  const selection = programme.selection;
  const facts = programme.house
    ? ["house playlist"]
    : [selection?.campaign, selection?.estimation, programme.episode].filter(Boolean);
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
  return `${people}, ${presence.estimation}, ${presence.episode}`;
}

/** Return how long a showing took to be painted; undefined if no selection asked for it. */
export function latencyOf(showing: Showing, paintedMs: number, messageToPaintedMs: number): Latency | undefined {
  const selection = showing.programme.selection;
  if (!selection) return undefined;
  return {
    creative: showing.item.creative,
    capturedToPaintedMs: paintedMs - toEpochMs(selection.captured),
    arrivedToPaintedMs: selection.arrived.sec > 0 ? paintedMs - toEpochMs(selection.arrived) : undefined,
    messageToPaintedMs,
  };
}

/** Return the nodes' states by name, with those of a new message. */
export function withDiagnostics(
  known: ReadonlyMap<string, { level: string; message: string }>,
  news: DiagnosticArray,
): Map<string, { level: string; message: string }> {
  const all = new Map(known);
  for (const { name, level, message } of news.status) all.set(name, { level: levelName(level), message });
  return all;
}

/** Return the word for a level; a byte field comes as a number or as base64. */
function levelName(level: number | string): string {
  const number = typeof level === "number" ? level : atob(level).charCodeAt(0);
  return LEVELS[number] ?? "unknown";
}
