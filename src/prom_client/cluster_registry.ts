import {
  type Answer,
  type AnsweringRegistries,
  answerOf,
  checkedRegistries,
  isAnswer,
  isMessage,
  type Message,
  messageOf,
  NO_METRICS,
} from "./_answer.ts";
import { builtin } from "./_builtins.ts";
import { isInTime } from "./_deadline.ts";
import { Peers } from "./_peers.ts";
import { type PrometheusContentType, prometheusContentType, type RegistryContentType } from "./content_types.ts";
import { Registry, type RegistryOptions } from "./registry.ts";

/** How a registry asks others. */
export interface ClusterRegistryOptions extends RegistryOptions {
  /** How long answers of others are waited for, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

/** The messages between the processes of a cluster, as prom-client 15 sends them; 0.16 added the taking of leave. */
const QUESTION = "prom-client:getMetricsReq";
const ANSWER = "prom-client:getMetricsRes";
const GOODBYE = "@prometheus-io/client:goodbye";
const GOODBYE_HEARD = "@prometheus-io/client:ack";

const DEFAULT_TIMEOUT_MS = 5000;
const STATE = Symbol.for("@exporterkit/core/prom-client cluster");

/**
 * Adds up the metrics of the workers of `node:cluster`.
 *
 * Every worker has to create one too, so that it answers; the metrics of the primary are not part of the sum. Workers with
 * prom-client 15 are understood, and understand us. A worker that fails or does not answer in time is left out, but for its
 * last known counters, so that sums never shrink. Elsewhere than in a cluster there are no workers.
 *
 * @example In the primary as in the workers
 * ```ts
 * import { AggregatorRegistry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new AggregatorRegistry();
 * assert.equal(await registry.clusterMetrics(), ""); // Nobody has called cluster.fork().
 * ```
 */
export class AggregatorRegistry<T extends RegistryContentType = PrometheusContentType> extends Registry<T> {
  /** How long answers of workers are waited for, in milliseconds. */
  timeoutMs: number;

  /**
   * Has this process answer, if it is a worker, or listen to workers.
   *
   * @param contentType What the sums are written as.
   * @throws {TypeError} If there is no such content type.
   */
  constructor(contentType: RegistryContentType = prometheusContentType, options: ClusterRegistryOptions = {}) {
    super(contentType, options);
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    listen();
  }

  /**
   * The metrics of all workers as one text, in the content type of this registry.
   *
   * @returns An empty text if there is no worker.
   * @throws {Error} If no worker answered: what the first of them said, or `Operation timed out.`; and if a metric has an
   * unknown `aggregator`.
   */
  clusterMetrics(): Promise<string> {
    return gather(this);
  }

  /**
   * Has the primary keep what this worker has counted; to be called before a worker ends. In the primary it waits for the
   * texts that are being made.
   *
   * @param timeoutMs How long the answer of the primary is waited for, in milliseconds.
   * @throws {Error} `Timeout`, if the primary has not heard it in time.
   */
  async shutdown(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
    const shared = state();
    await shared.peers.idle();
    if (cluster()?.isWorker) await (shared.goodbye ??= sayGoodbye(shared, timeoutMs));
  }

  /**
   * Chooses the registries whose metrics this process answers with. Without a call it is the global one.
   *
   * @throws {TypeError} If one of them is not a registry.
   */
  static setRegistries(registries: AnsweringRegistries): void {
    state().registries = checkedRegistries(registries);
  }
}

/**
 * Adds up the metrics of the workers of `node:cluster` and of the primary.
 *
 * @example The primary's own metrics
 * ```ts
 * import { ClusterRegistry, Gauge, Registry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const own = new Registry();
 * new Gauge({ name: "workers", help: "Workers wanted.", registers: [own] }).set(2);
 * ClusterRegistry.setRegistries(own);
 * assert.match(await new ClusterRegistry().clusterMetrics(), /\nworkers 2\n/);
 * ```
 */
export class ClusterRegistry<T extends RegistryContentType = PrometheusContentType> extends AggregatorRegistry<T> {
  /**
   * The metrics of this process and of all workers as one text, in the content type of this registry.
   *
   * @throws {Error} If there are workers and none of them answered.
   */
  override clusterMetrics(): Promise<string> {
    return gather(this, answerOf(state().registries));
  }
}

/** What all copies of this package in a process have in common: the primary expects one answer of a worker. */
interface State {
  registries?: readonly Registry<RegistryContentType>[];
  isListening: boolean;
  readonly peers: Peers;
  /** Workers that took leave, and may still be there. */
  readonly left: Set<string>;
  goodbye?: Promise<void>;
  goodbyeHeard(): void;
}

/** The part of `node:cluster` that is used. */
interface Cluster {
  readonly isPrimary: boolean;
  readonly isWorker: boolean;
  readonly workers?: Readonly<Record<string, Worker>>;
  on(event: "message", listener: (worker: Worker, message: unknown) => void): void;
  on(event: "disconnect", listener: (worker: Worker) => void): void;
}

interface Worker {
  readonly id: number;
  isConnected(): boolean;
  send(message: unknown, callback: (error: unknown) => void): void;
}

/** The part of `node:process` that a worker has. */
interface WorkerProcess {
  readonly connected?: boolean;
  send?(message: unknown, callback: () => void): void;
  on(event: "message", listener: (message: unknown) => void): void;
}

function state(): State {
  const known = globalThis as { [STATE]?: State };
  return known[STATE] ??= { isListening: false, peers: new Peers(), left: new Set(), goodbyeHeard: () => {} };
}

function cluster(): Cluster | undefined {
  return builtin<Cluster>("node:cluster");
}

function gather(
  { contentType, timeoutMs }: AggregatorRegistry<RegistryContentType>,
  own?: Promise<Answer>,
): Promise<string> {
  const { peers, left } = state();
  const workers = Object.entries(cluster()?.workers ?? {})
    .filter(([id, worker]) => worker.isConnected() && !left.has(id));
  function send(requestId: string): void {
    for (const [id, worker] of workers) {
      worker.send({ type: QUESTION, requestId }, (error) => {
        if (error) peers.fail(id, requestId, messageOf(error));
      });
    }
  }
  return peers.text(workers.map(([id]) => id), send, { contentType, timeoutMs, ...(own && { own }) });
}

function listen(): void {
  const shared = state();
  if (shared.isListening) return;
  shared.isListening = true;
  const found = cluster();
  if (found?.isPrimary) {
    found.on("message", (worker, message) => hearWorker(shared, worker, message));
    found.on("disconnect", ({ id }) => {
      shared.left.delete(String(id));
      shared.peers.lose(String(id));
    });
  } else if (found?.isWorker) {
    builtin<WorkerProcess>("node:process")?.on("message", (message) => hearPrimary(shared, message));
  }
}

function hearWorker({ peers, left }: State, worker: Worker, message: unknown): void {
  if (!isMessage(message)) return;
  const id = String(worker.id);
  const requestId = String(message.requestId);
  if (message.type === ANSWER) {
    if (isAnswer(message.metrics)) peers.answer(id, requestId, message.metrics);
    else peers.fail(id, requestId, String(message.error ?? NO_METRICS));
  } else if (message.type === GOODBYE) {
    if (!left.has(id) && isAnswer(message.metrics)) peers.leave(id, message.metrics);
    left.add(id);
    worker.send({ type: GOODBYE_HEARD, requestId: message.requestId }, () => {});
  }
}

function hearPrimary(shared: State, message: unknown): void {
  if (!isMessage(message)) return;
  if (message.type === QUESTION) answer(shared, message.requestId);
  else if (message.type === GOODBYE_HEARD) shared.goodbyeHeard();
}

async function answer({ registries }: State, requestId: unknown): Promise<void> {
  try {
    tellPrimary({ type: ANSWER, requestId, metrics: await answerOf(registries) });
  } catch (error) {
    tellPrimary({ type: ANSWER, requestId, error: messageOf(error) });
  }
}

async function sayGoodbye(shared: State, timeoutMs: number): Promise<void> {
  const metrics = await answerOf(shared.registries);
  const heard = new Promise<void>((resolve) => {
    shared.goodbyeHeard = resolve;
  });
  if (!tellPrimary({ type: GOODBYE, requestId: 0, metrics })) return;
  if (!await isInTime(heard, timeoutMs)) throw new Error("Timeout");
}

/** Says whether there is still somebody to tell. */
function tellPrimary(message: Message): boolean {
  const worker = builtin<WorkerProcess>("node:process");
  if (worker?.send === undefined || worker.connected === false) return false;
  // Without a callback, Node would throw where nobody can catch it if the primary is gone meanwhile.
  worker.send(message, () => {});
  return true;
}
