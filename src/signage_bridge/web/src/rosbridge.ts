// One connection to a rosbridge v2 server through roslib; the only module that imports roslib.

import {
  AbstractTransport,
  Ros,
  type RosbridgeMessage,
  type RosbridgeServiceResponseMessage,
  type RosbridgeStatusMessage,
  Topic,
} from "roslib";
import type { Session } from "./connection";
import type { Answer, ReportChannel, Response } from "./delivery";
import { type AdPlayback, MESSAGE_TYPES } from "./messages";

/** Carries roslib's messages over the browser's WebSocket, and lets the page see what has not left yet. */
class WebSocketTransport extends AbstractTransport {
  constructor(readonly socket: WebSocket) {
    super();
    socket.onopen = (event) => this.emit("open", event);
    socket.onclose = (event) => this.emit("close", event);
    socket.onerror = (event) => this.emit("error", event);
    socket.onmessage = (event) => this.handleRawMessage(event.data);
  }

  override send(message: RosbridgeMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  override close(): void {
    this.socket.close();
  }

  override isConnecting(): boolean {
    return this.socket.readyState === WebSocket.CONNECTING;
  }

  override isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  override isClosing(): boolean {
    return this.socket.readyState === WebSocket.CLOSING;
  }

  override isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }
}

/** One WebSocket to rosbridge, from opening to its end; roslib does not reconnect, so a new one is a new object. */
export class RosbridgeSession implements Session, ReportChannel {
  private readonly socket: WebSocket;
  private readonly ros: Ros;
  private readonly closeListeners = new Set<() => void>();
  private pings = 0;
  private stopPing: (() => void) | undefined;
  private finish: (() => void) | undefined;

  constructor(
    url: string,
    private readonly device: string,
  ) {
    this.socket = new WebSocket(url);
    this.ros = new Ros({ transportFactory: async () => new WebSocketTransport(this.socket) });
  }

  run(opened: () => void, closed: () => void): void {
    this.finish = () => {
      this.finish = undefined;
      this.ros.removeAllListeners();
      for (const listener of [...this.closeListeners]) listener();
      closed();
    };
    this.ros.on("connection", () => this.finish && opened());
    this.ros.on("close", () => this.finish?.());
    this.ros.on("error", () => undefined);
    void this.ros.connect(this.socket.url);
  }

  /** End the connection now, also if the other side no longer answers. */
  close(): void {
    this.socket.close();
    this.finish?.();
  }

  subscribe<T>(name: string, messageType: string, received: (message: T) => void): void {
    this.topic<T>(name, messageType).subscribe(received);
  }

  advertisePlayback(): void {
    this.topic<AdPlayback>(this.named("playback"), MESSAGE_TYPES.playback).advertise();
  }

  publish(id: string, report: AdPlayback): void {
    this.ros.callOnConnection({ op: "publish", id, topic: this.named("playback"), msg: report } as RosbridgeMessage);
  }

  record(id: string, reports: AdPlayback[]): void {
    const service = this.named("record_playback");
    this.ros.callOnConnection({ op: "call_service", id, service, args: { playbacks: reports } } as RosbridgeMessage);
  }

  onResponse(id: string, answered: (response: Response) => void): () => void {
    const received = ({ result, values }: RosbridgeServiceResponseMessage): void => answered({ result, values });
    this.ros.on(id, received as never);
    return () => this.ros.off(id, received as never);
  }

  probe(id: string): void {
    this.ros.setStatusLevel("info", id);
  }

  ping(answered: () => void): void {
    this.pings += 1;
    const id = `ping:${this.pings}`;
    this.stopPing?.();
    this.stopPing = this.onAnswer(id, answered);
    this.probe(id);
  }

  onAnswer(id: string, answered: (answer: Answer) => void): () => void {
    const event = `status:${id}`;
    const received = (message: RosbridgeMessage): void => {
      const { level, msg, code } = message as RosbridgeStatusMessage & { code?: unknown };
      answered({ level, text: msg, code: typeof code === "string" ? code : "" });
    };
    this.ros.on(event, received);
    return () => this.ros.off(event, received);
  }

  onClose(closed: () => void): () => void {
    this.closeListeners.add(closed);
    return () => this.closeListeners.delete(closed);
  }

  waitingBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Return the absolute name of what the device calls by a name of its own. */
  private named(name: string): string {
    return `/${this.device}/${name}`;
  }

  private topic<T>(name: string, messageType: string): Topic<T> {
    return new Topic<T>({ ros: this.ros, name, messageType, reconnect_on_close: false });
  }
}
