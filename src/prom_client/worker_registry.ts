import {
  type AnsweringRegistries,
  answerOf,
  checkedRegistries,
  isAnswer,
  isMessage,
  type Message,
  messageOf,
  NO_METRICS,
} from "./_answer.ts";
import { attempt, builtin } from "./_builtins.ts";
import { isInTime } from "./_deadline.ts";
import { Peers } from "./_peers.ts";
import type { ClusterRegistryOptions } from "./cluster_registry.ts";
import { type PrometheusContentType, prometheusContentType, type RegistryContentType } from "./content_types.ts";
import { Registry } from "./registry.ts";

/** The messages between threads, as @prometheus-io/client 0.16 sends them. */
const ANNOUNCEMENT = "@prometheus-io/client:announcement";
const QUESTION = "@prometheus-io/client:getMetricsReq";
const ANSWER = "@prometheus-io/client:getMetricsRes";
const GOODBYE = "@prometheus-io/client:goodbye";
const GOODBYE_HEARD = "@prometheus-io/client:ack";

/** Where threads say that they are there, and where they are asked. */
const COMMON_CHANNEL = "@prometheus-io/client:announce";

const DEFAULT_TIMEOUT_MS = 5000;
const STATE = Symbol.for("@exporterkit/core/prom-client worker");

/**
 * Adds up the metrics of the threads of `node:worker_threads`.
 *
 * One thread is the primary, which asks; every other one has to create one too, so that it answers. The metrics of the
 * primary are not part of the sum. A thread that fails or does not answer in time is left out, but for its last known
 * counters, so that sums never shrink, and is not waited for until it is heard of again. Threads of
 * @prometheus-io/client 0.16 are understood, and understand us. It keeps no thread alive.
 *
 * @example In the main thread as in the others
 * ```ts
 * import { WorkerRegistry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new WorkerRegistry();
 * assert.equal(WorkerRegistry.workerCount(), 0);
 * assert.equal(await registry.workerMetrics(), ""); // No other thread has created one.
 * ```
 */
export class WorkerRegistry<T extends RegistryContentType = PrometheusContentType> extends Registry<T> {
  /** Whether this thread asks the others. */
  readonly primary: boolean;
  /** How long answers of threads are waited for, in milliseconds. */
  timeoutMs: number;

  /**
   * Has this thread answer, and listen to others if it is the primary.
   *
   * @param contentType What the sums are written as.
   * @param primary Whether this thread asks the others. @default true in the main thread
   * @throws {TypeError} If there is no such content type.
   */
  constructor(
    contentType: RegistryContentType = prometheusContentType,
    primary: boolean = builtin<WorkerThreads>("node:worker_threads")?.isMainThread ?? true,
    options: ClusterRegistryOptions = {},
  ) {
    super(contentType, options);
    this.primary = primary;
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    listen(primary);
  }

  /**
   * The metrics of all other threads as one text, in the content type of this registry.
   *
   * @returns An empty text if there is no thread.
   * @throws {Error} If no thread answered: what the first of them said, or `Operation timed out.`; and if a metric has an
   * unknown `aggregator`.
   */
  workerMetrics(): Promise<string> {
    const { contentType, timeoutMs } = this;
    const { peers, threads, own } = state();
    const expected = [...threads.values()]
      .filter(({ isSilent }) => !isSilent)
      .sort((a, b) => a.threadId - b.threadId)
      .map(({ name }) => name);
    function send(requestId: string): void {
      own?.common.postMessage({ type: QUESTION, threadId: own.threadId, requestId });
    }
    return peers.text(expected, send, { contentType, timeoutMs });
  }

  /**
   * Has the primary keep what this thread has counted; to be called before a thread ends. In the primary it waits for the
   * texts that are being made.
   *
   * @param timeoutMs How long the answer of the primary is waited for, in milliseconds.
   * @throws {Error} `Timeout`, if no primary has heard it in time.
   */
  async shutdown(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
    const shared = state();
    await shared.peers.idle();
    if (!this.primary) await (shared.goodbye ??= sayGoodbye(shared, timeoutMs));
  }

  /** How many threads the primary knows of that are expected to answer. */
  static workerCount(): number {
    return [...state().threads.values()].filter(({ isSilent }) => !isSilent).length;
  }

  /**
   * Chooses the registries whose metrics this thread answers with. Without a call it is the global one.
   *
   * @throws {TypeError} If one of them is not a registry.
   */
  static setRegistries(registries: AnsweringRegistries): void {
    state().registries = checkedRegistries(registries);
  }
}

/** What all copies of this package in a thread have in common. */
interface State {
  registries?: readonly Registry<RegistryContentType>[];
  own?: OwnThread;
  isPrimary: boolean;
  readonly peers: Peers;
  /** The threads that have announced themselves to this one, by name. */
  readonly threads: Map<string, Thread>;
  goodbye?: Promise<void>;
  goodbyeHeard(): void;
}

/** How this thread is reached. */
interface OwnThread {
  readonly threadId: number;
  readonly name: string;
  /** The channel of all. */
  readonly common: Channel;
  /** The channel of this thread and whoever asks it. */
  readonly channel: Channel;
}

/** Another thread. */
interface Thread {
  readonly threadId: number;
  /** Also the name of its channel. */
  readonly name: string;
  readonly channel: Channel;
  /** It has not answered in time, and has not been heard of since. */
  isSilent: boolean;
}

/** The part of `node:worker_threads` that is used. */
interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly threadId: number;
  readonly BroadcastChannel: new (name: string) => Channel;
}

/** Node's channel, which can be told not to keep a thread alive. */
interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: Message & { readonly [detail: string]: unknown }): void;
  unref(): void;
  close(): void;
}

/** The part of `node:process` that tells of new threads. */
interface ThreadingProcess {
  on(event: "worker", listener: (worker: NewThread) => void): void;
}

interface NewThread {
  readonly threadId: number;
  once(event: "exit", listener: () => void): void;
}

interface Announcement extends Message {
  readonly name: string;
  readonly threadId: number;
  /** Whether the thread asks others, and wants to know of them. */
  readonly primary?: boolean;
}

function state(): State {
  const known = globalThis as { [STATE]?: State };
  return known[STATE] ??= newState();
}

function newState(): State {
  const threads = new Map<string, Thread>();
  function onSilent(name: string): void {
    const thread = threads.get(name);
    if (thread !== undefined) thread.isSilent = true;
  }
  return { isPrimary: false, peers: new Peers({ onSilent }), threads, goodbyeHeard: () => {} };
}

function listen(primary: boolean): void {
  const shared = state();
  shared.own ??= openOwn(shared);
  if (shared.own === undefined || shared.isPrimary) return;
  if (primary) {
    shared.isPrimary = true;
    builtin<ThreadingProcess>("node:process")?.on("worker", (worker) => watchThread(shared, worker));
  }
  announce(shared.own, primary);
}

function openOwn(shared: State): OwnThread | undefined {
  const threadId = builtin<WorkerThreads>("node:worker_threads")?.threadId;
  const common = open(COMMON_CHANNEL, (message) => hearAll(shared, message));
  if (threadId === undefined || common === undefined) return undefined;
  const name = nameOf(threadId);
  const channel = open(name, (message) => {
    if (message.type === GOODBYE_HEARD) shared.goodbyeHeard();
  });
  return channel && { threadId, name, common, channel };
}

function open(name: string, hear: (message: Message) => void): Channel | undefined {
  const { BroadcastChannel } = builtin<WorkerThreads>("node:worker_threads") ?? {};
  if (BroadcastChannel === undefined) return undefined;
  // On Workers there is one that nobody can make.
  const channel = attempt(() => new BroadcastChannel(name));
  if (channel === undefined) return undefined;
  channel.onmessage = ({ data }) => {
    if (isMessage(data)) hear(data);
  };
  channel.unref();
  return channel;
}

function nameOf(threadId: number): string {
  return `@prometheus-io/client:worker:${threadId}`;
}

function announce({ common, name, threadId }: OwnThread, primary: boolean): void {
  common.postMessage({ type: ANNOUNCEMENT, name, threadId, primary });
}

function hearAll(shared: State, message: Message): void {
  const { own } = shared;
  if (own === undefined) return;
  if (message.type === QUESTION) answer(shared, own, message.requestId);
  if (message.type !== ANNOUNCEMENT) return;
  const announcement = message as Announcement;
  if (shared.isPrimary) meet(shared, announcement);
  // What a thread has counted that took leave is kept by a primary already.
  if (announcement.primary && shared.goodbye === undefined) announce(own, false);
}

function meet(shared: State, { name, threadId }: Announcement): void {
  if (shared.threads.has(name)) return;
  const channel = open(name, (message) => hearThread(shared, name, message));
  if (channel !== undefined) shared.threads.set(name, { name, threadId, channel, isSilent: false });
}

function hearThread({ peers, threads, own }: State, name: string, message: Message): void {
  const thread = threads.get(name);
  if (thread === undefined) return;
  const requestId = String(message.requestId);
  if (message.type === ANSWER) {
    thread.isSilent = false;
    if (isAnswer(message.metrics)) peers.answer(name, requestId, message.metrics);
    else peers.fail(name, requestId, String(message.error ?? NO_METRICS));
  } else if (message.type === GOODBYE) {
    if (isAnswer(message.metrics)) peers.leave(name, message.metrics);
    thread.channel.postMessage({ type: GOODBYE_HEARD, requestId: message.requestId, threadId: own?.threadId });
    forget(threads, thread);
  }
}

/** Threads die without a word. */
function watchThread({ peers, threads }: State, worker: NewThread): void {
  // It has none any more once it has ended.
  const name = nameOf(worker.threadId);
  worker.once("exit", () => {
    peers.lose(name);
    const thread = threads.get(name);
    if (thread !== undefined) forget(threads, thread);
  });
}

function forget(threads: Map<string, Thread>, { name, channel }: Thread): void {
  threads.delete(name);
  channel.close();
}

async function answer({ registries }: State, { channel, threadId }: OwnThread, requestId: unknown): Promise<void> {
  const head = { type: ANSWER, requestId, threadId };
  try {
    channel.postMessage({ ...head, metrics: await answerOf(registries) });
  } catch (error) {
    channel.postMessage({ ...head, error: messageOf(error) });
  }
}

async function sayGoodbye(shared: State, timeoutMs: number): Promise<void> {
  const { own, registries } = shared;
  if (own === undefined) return;
  const heard = new Promise<void>((resolve) => {
    shared.goodbyeHeard = resolve;
  });
  const { channel, threadId } = own;
  channel.postMessage({ type: GOODBYE, requestId: "goodbye", threadId, metrics: await answerOf(registries) });
  if (!await isInTime(heard, timeoutMs)) throw new Error("Timeout");
}
