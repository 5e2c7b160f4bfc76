import { encode } from "../exposition/encode.ts";
import { type Format, negotiate } from "../exposition/negotiate.ts";
import type { LabelValue } from "../model/description.ts";
import type { Snapshot } from "../model/family.ts";
import { groupPath } from "./_group_path.ts";
import { askGateway, type GatewayRequest, gzip } from "./gateway_request.ts";

/** Which group of metrics it is, and how it is pushed. */
export interface PushGroupOptions {
  /** The label `job` of all metrics of the group; not empty. */
  readonly job: string;
  /** Further labels that tell the group from others, such as `instance`. Values may be any text, also an empty one. @default none */
  readonly grouping?: Readonly<Record<string, LabelValue>>;
  /** How metrics are encoded; only protobuf carries native histograms. @default "text" */
  readonly format?: "text" | "protobuf";
  /** Whether bodies are compressed, which gateways take since 1.5. @default false */
  readonly gzip?: boolean;
  /** How long the gateway may take to answer, in milliseconds; `Infinity` waits as long as it takes. @default 10000 */
  readonly timeoutMs?: number;
  /** Headers of every request, such as `Authorization`. @default none */
  readonly headers?: HeadersInit;
  /** Sends the requests. @default the runtime's `fetch` */
  readonly fetch?: typeof fetch;
}

/** What can be pushed: snapshots, whatever gathers them, or a body. */
export type Pushable = Iterable<Snapshot> | Gatherer | EncodedBody;

/** Whatever gathers metrics, such as a registry. */
export interface Gatherer {
  /** Gathers them. */
  gather(): Promise<{ readonly snapshots: Iterable<Snapshot> }>;
}

/** Metrics that somebody else has encoded. */
export interface EncodedBody {
  /** The whole exposition, not compressed. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** What it is. @default that of the text format 0.0.4 */
  readonly contentType?: string;
}

/** What only one push is asked. */
export interface PushOptions {
  /** Gives up the push, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A Pushgateway did not take what it was asked to, or did not answer. */
export class PushError extends Error {
  override readonly name = "PushError";
  /** The status that it answered with, or `undefined` if it did not answer. */
  readonly status: number | undefined;
  /** What it answered, which is the reason in words; empty if it did not answer. */
  readonly body: string;

  /** @param answer What the gateway answered, if it did. */
  constructor(message: string, answer: { status?: number; body?: string; cause?: unknown }) {
    super(message, answer.cause === undefined ? {} : { cause: answer.cause });
    this.status = answer.status;
    this.body = answer.body ?? "";
  }
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** A proxy may answer with a whole page, of which a message shows only so many characters. */
const MOST_REASON = 1000;

const FORMATS: Readonly<Record<"text" | "protobuf", Format>> = {
  text: negotiate("text/plain;version=0.0.4"),
  protobuf: negotiate(
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
  ),
};

/**
 * A group of metrics at a Pushgateway: those of a job that ends before anybody could scrape it.
 *
 * The gateway keeps what was pushed last, for ever: a group that nobody needs any more has to be deleted. It takes no
 * samples with timestamps. Pushes may overlap; which of them the gateway gets last, nobody can say.
 *
 * @example What a nightly job has done
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 * import { PushGroup } from "@exporterkit/core/push";
 * import assert from "node:assert/strict";
 *
 * // In place of a gateway at http://127.0.0.1:9091.
 * const pushed: string[] = [];
 * async function fetch(url: URL | RequestInfo, init?: RequestInit): Promise<Response> {
 *   pushed.push(`${init?.method} ${url}`, await new Response(init?.body).text());
 *   return new Response();
 * }
 *
 * const registry = new Registry();
 * registry.add(gauge("backup_size_bytes", "Size of the last backup.")).set(42e9);
 * const group = new PushGroup("http://127.0.0.1:9091", { job: "backup", grouping: { path: "/var/lib" }, fetch });
 * await group.push(registry);
 * assert.equal(pushed[0], "PUT http://127.0.0.1:9091/metrics/job/backup/path@base64/L3Zhci9saWI");
 * assert.match(pushed[1]!, /^backup_size_bytes 4.2e\+10$/m);
 * ```
 */
export class PushGroup {
  readonly #url: URL;
  readonly #labelNames: ReadonlySet<string>;
  readonly #options: PushGroupOptions;

  /**
   * @param url The address of the gateway, and the path before its `/metrics` if it has one. Credentials in it are sent as
   * basic authentication, and never appear in an error.
   * @throws {TypeError} If it is not the URL of an HTTP server, or job and grouping cannot name a group.
   * @throws {RangeError} If the time-out is not positive.
   */
  constructor(url: string | URL, options: PushGroupOptions) {
    const { job, grouping = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    if (!(timeoutMs > 0)) {
      throw new RangeError(`Cannot push metrics: timeoutMs is ${timeoutMs}, expected more than 0`);
    }
    this.#url = gatewayUrl(url);
    this.#url.pathname = `${this.#url.pathname.replace(/\/+$/, "")}/metrics${groupPath(job, grouping)}`;
    this.#labelNames = new Set(["job", ...Object.keys(grouping)]);
    this.#options = options;
  }

  /**
   * Replaces the group: afterwards it has these metrics and no others.
   *
   * @param metrics A registry, what it gathered, or a body that was encoded elsewhere. Of a registry, metrics whose callback
   * failed are not there: whoever has to know gathers first and looks at the reports.
   * @throws {PushError} If the gateway refuses them or does not answer.
   * @throws {TypeError} If a metric has a label of the group, which would overwrite it.
   */
  async push(metrics: Pushable, options: PushOptions = {}): Promise<void> {
    await this.#send("PUT", metrics, options);
  }

  /**
   * Adds to the group: metrics of these names are replaced, whatever their labels, and the others stay.
   *
   * @param metrics See {@link PushGroup.push}.
   * @throws {PushError} If the gateway refuses them or does not answer.
   * @throws {TypeError} If a metric has a label of the group, which would overwrite it.
   */
  async add(metrics: Pushable, options: PushOptions = {}): Promise<void> {
    await this.#send("POST", metrics, options);
  }

  /**
   * Deletes the group with all its metrics; it need not be there.
   *
   * @throws {PushError} If the gateway refuses that or does not answer.
   */
  async delete(options: PushOptions = {}): Promise<void> {
    await this.#ask("delete", { ...options, method: "DELETE", headers: this.#options.headers });
  }

  async #send(method: "PUT" | "POST", metrics: Pushable, options: PushOptions): Promise<void> {
    const { body, contentType } = await this.#encoded(metrics);
    const headers = new Headers(this.#options.headers);
    headers.set("Content-Type", contentType ?? FORMATS.text.contentType);
    if (this.#options.gzip) headers.set("Content-Encoding", "gzip");
    await this.#ask("push to", { ...options, method, headers, body: this.#options.gzip ? await gzip(body) : body });
  }

  async #encoded(metrics: Pushable): Promise<EncodedBody> {
    if ("body" in metrics) return metrics;
    const snapshots = [...("gather" in metrics ? (await metrics.gather()).snapshots : metrics)];
    const format = FORMATS[this.#options.format ?? "text"];
    try {
      snapshots.forEach((snapshot) => this.#checkLabels(snapshot));
      return { body: encode(snapshots, format), contentType: format.contentType };
    } finally {
      snapshots.forEach((snapshot) => snapshot.release());
    }
  }

  #checkLabels({ family: { description: { name, labelNames } } }: Snapshot): void {
    const overwritten = labelNames.find((label) => this.#labelNames.has(label));
    if (overwritten === undefined) return;
    throw new TypeError(`Cannot push metric "${name}": its label "${overwritten}" would be overwritten by the group's`);
  }

  async #ask(verb: "push to" | "delete", request: GatewayRequest): Promise<void> {
    const { fetch, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const deadline = timeoutMs === Infinity ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [request.signal, deadline].filter((signal) => signal !== undefined);
    const what = `Cannot ${verb} ${this.#url.origin}${this.#url.pathname}`;
    const answer = await askGateway(this.#url, { ...request, fetch, signal: AbortSignal.any(signals) })
      .catch((cause) => {
        request.signal?.throwIfAborted();
        const reason = deadline?.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
        throw new PushError(`${what}: ${reason}`, { cause });
      });
    const { status, body } = answer;
    if (status < 200 || status > 299) {
      throw new PushError(`${what}: status ${status}: ${body.trim().slice(0, MOST_REASON)}`, { status, body });
    }
  }
}

/** Some runtimes say why only in the cause of what they throw. */
function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let reason = error; reason instanceof Error && !reasons.includes(reason.message); reason = reason.cause) {
    reasons.push(reason.message);
  }
  return reasons.length === 0 ? String(error) : reasons.join(": ");
}

function gatewayUrl(url: string | URL): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return parsed;
  // What comes before an @ may be a password.
  const shown = String(url).replace(/^.*@/s, "...@");
  throw new TypeError(`Cannot push to ${JSON.stringify(shown)}: expected a URL such as "http://127.0.0.1:9091"`);
}
