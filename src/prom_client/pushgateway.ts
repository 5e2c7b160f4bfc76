import { builtin, runningProcess } from "./_builtins.ts";
import { pushByFetch } from "./_push_by_fetch.ts";
import { type HttpModule, type PushAnswer, pushByHttp, type PushOptions, type PushRequest } from "./_push_by_http.ts";
import type { RegistryContentType } from "./content_types.ts";
import { globalRegistry, type Registry } from "./registry.ts";

/** What is pushed: anything that writes metrics as text. */
export interface TextSource {
  /** All metrics as text. */
  metrics(): string | Promise<string>;
}

export declare namespace Pushgateway {
  /** Which group of metrics. */
  interface Parameters {
    /** The label `job` of the group. */
    jobName: string;
    /** Further labels of the group; values that are empty or have a slash cannot be pushed this way. */
    groupings?: {
      [key: string]: string;
    };
  }
}

/**
 * Pushes a registry to a Pushgateway, as prom-client does.
 *
 * On Node, Deno and Bun requests are made with `node:http` and take all its options. Elsewhere they are made with `fetch`,
 * which takes `headers`, `auth`, `timeout` and `signal` of them. `PushGroup` of `@exporterkit/core/push` can do more.
 *
 * @example After a job
 * ```ts
 * import { Gauge, Pushgateway } from "@exporterkit/core/prom-client";
 *
 * const success = new Gauge({ name: "backup_last_success_timestamp_seconds", help: "When the last backup succeeded." });
 * const gateway = new Pushgateway("http://127.0.0.1:9091", { timeout: 5000 });
 *
 * export async function afterBackup(): Promise<void> {
 *   success.setToCurrentTime();
 *   await gateway.push({ jobName: "backup" });
 * }
 * ```
 */
export class Pushgateway<T extends RegistryContentType = RegistryContentType> {
  /** What is pushed. */
  registry: Registry<T> | TextSource;
  /** The address of the gateway. */
  gatewayUrl: string;
  /** Whether the name of a job must be given. */
  requireJobName: boolean;
  /** The options of every request. */
  requestOptions: PushOptions;

  /**
   * @param url The address of the gateway, and the path before its `/metrics` if it has one.
   * @param options Those of `node:http`'s `request`, and `requireJobName`, which is `true` unless it is said otherwise. With
   * `"Content-Encoding": "gzip"` among the headers bodies are compressed. Left out, the registry may stand in its place.
   * @param registry What is pushed. @default the global registry
   */
  // deno-lint-ignore no-explicit-any -- As prom-client's types; existing code passes options of any Node's types.
  constructor(url: string, options?: any, registry?: Registry<T> | TextSource) {
    const isRegistry = typeof options?.metrics === "function";
    this.registry = (isRegistry ? options : registry) || globalRegistry();
    this.gatewayUrl = url;
    const { requireJobName, ...requestOptions } = { requireJobName: true, ...(isRegistry ? {} : options) };
    this.requireJobName = requireJobName;
    this.requestOptions = requestOptions;
  }

  /**
   * Adds to the group: metrics of these names are replaced, and the others stay.
   *
   * @throws {Error} If the name of the job is missing.
   */
  pushAdd(params: Partial<Pushgateway.Parameters> = {}): Promise<{ resp?: unknown; body?: unknown }> {
    return ask(this, "POST", params);
  }

  /**
   * Replaces the group.
   *
   * @throws {Error} If the name of the job is missing.
   */
  push(params: Partial<Pushgateway.Parameters> = {}): Promise<{ resp?: unknown; body?: unknown }> {
    return ask(this, "PUT", params);
  }

  /**
   * Deletes the group.
   *
   * @throws {Error} If the name of the job is missing.
   */
  delete(params: Partial<Pushgateway.Parameters> = {}): Promise<{ resp?: unknown; body?: unknown }> {
    return ask(this, "DELETE", params);
  }
}

/** The check of the name throws, everything else rejects. */
function ask<T extends RegistryContentType>(
  gateway: Pushgateway<T>,
  method: PushRequest["method"],
  params: Partial<Pushgateway.Parameters>,
): Promise<PushAnswer> {
  if (gateway.requireJobName && !params.jobName) throw new Error("Missing jobName parameter");
  return answerTo(gateway, method, params);
}

/** Nothing is awaited until the request is made: tests that replace `http.request` expect `push()` itself to call it. */
async function answerTo<T extends RegistryContentType>(
  { registry, gatewayUrl, requestOptions }: Pushgateway<T>,
  method: PushRequest["method"],
  { jobName, groupings }: Partial<Pushgateway.Parameters>,
): Promise<PushAnswer> {
  const url = addressOf(gatewayUrl, jobName, groupings);
  const { encoding, others } = splitEncoding(requestOptions.headers);
  const request: PushRequest = {
    method,
    url,
    options: method === "DELETE" && others !== undefined ? { ...requestOptions, headers: others } : requestOptions,
    compressed: encoding === "gzip",
    text: async () => await registry.metrics(),
  };
  // What only imitates a process imitates its modules too.
  const http = runningProcess() && builtin<HttpModule>(url.protocol === "https:" ? "node:https" : "node:http");
  const answer = await (http === undefined ? pushByFetch(request) : pushByHttp(http, request));
  const { resp: { statusCode = 0 }, body } = answer;
  if (statusCode >= 400) throw new Error(`push failed with status ${statusCode}, ${body}`);
  return answer;
}

/** A gateway is asked without a query, whatever the address has. */
function addressOf(gatewayUrl: string, jobName: string | undefined, groupings: object | undefined): URL {
  const url = new URL(gatewayUrl);
  const base = url.pathname === "/" ? "" : url.pathname;
  const group: string[] = jobName ? ["job", jobName, ...Object.entries(groupings ?? {}).flat()] : [];
  url.pathname = ["metrics", ...group].reduce((path, part) => `${path}/${encodeURIComponent(part)}`, base);
  url.search = "";
  url.hash = "";
  return url;
}

/** Header names may be written in any case. */
function splitEncoding(headers: PushOptions["headers"]): { encoding?: unknown; others?: PushOptions["headers"] } {
  const name = Object.keys(headers ?? {}).find((name) => name.toLowerCase() === "content-encoding");
  if (headers === undefined || name === undefined) return { others: headers };
  const { [name]: encoding, ...others } = headers;
  return { encoding, others };
}
