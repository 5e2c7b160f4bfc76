/**
 * A Consul agent for tests: a fake that refuses whatever the agent API does not document, or the real program.
 *
 * The fake's rules are those of Consul's "Agent HTTP API" (service, check) and "Services configuration reference".
 */
import { freePort } from "./_port.ts";
import { findProgram } from "./_programs.ts";

/** An agent that answers. */
export interface ConsulAgent {
  /** Its address. */
  readonly url: string;
  /** Requests that it refused, with the reason. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

interface Service {
  readonly ID: string;
  readonly Name: string;
  readonly Tags?: readonly string[];
  readonly Address?: string;
  readonly Port?: number;
  readonly Meta?: Readonly<Record<string, string>>;
  readonly Check?: Readonly<Record<string, string>>;
}

type Kind = "string" | "number" | "strings" | "texts by name" | "check";

const SERVICE_FIELDS: Readonly<Record<string, Kind>> = {
  ID: "string",
  Name: "string",
  Tags: "strings",
  Address: "string",
  Port: "number",
  Meta: "texts by name",
  Check: "check",
};
const CHECK_FIELDS = ["CheckID", "Name", "Notes", "TTL", "Status", "DeregisterCriticalServiceAfter"];
const STATUSES = ["passing", "warning", "critical"];
/** What Go's `time.ParseDuration` takes, and gives. */
const GO_DURATION = /^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/;

/** Starts the fake. Requests need the token, if one is given. */
export function startFakeConsul(token?: string): ConsulAgent {
  const services = new Map<string, Service>();
  const statuses = new Map<string, string>();
  const refused: string[] = [];

  async function register(request: Request): Promise<Response> {
    const service = await request.json();
    const problem = problemOf(service);
    if (problem !== undefined) return new Response(`Request decode failed: ${problem}`, { status: 400 });
    services.set(service.ID, service);
    statuses.set(`service:${service.ID}`, service.Check?.Status ?? "critical");
    return new Response();
  }
  function pass(id: string): Response {
    if (!statuses.has(id)) {
      return new Response(`Unknown check ID "${id}". Ensure that the check ID is passed, not the check name.`, {
        status: 404,
      });
    }
    statuses.set(id, "passing");
    return new Response();
  }
  function deregister(id: string): Response {
    if (!services.delete(id)) return new Response(`Unknown service ID "${id}".`, { status: 404 });
    statuses.delete(`service:${id}`);
    return new Response();
  }
  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const path = decodeURIComponent(pathname);
    const [, id = ""] = /^\/v1\/agent\/(?:check\/pass|service\/deregister)\/(.+)$/.exec(path) ?? [];
    if (request.method === "PUT") {
      if (token !== undefined && request.headers.get("X-Consul-Token") !== token) {
        return new Response("Permission denied: token with AccessorID '00000000' lacks permission 'service:write'", {
          status: 403,
        });
      }
      const unknown = [...searchParams.keys()].filter((name) => name !== "replace-existing-checks");
      if (unknown.length > 0) return new Response(`Unknown query parameter ${unknown}`, { status: 400 });
      if (path === "/v1/agent/service/register") return await register(request);
      if (path.startsWith("/v1/agent/check/pass/")) return pass(id);
      if (path.startsWith("/v1/agent/service/deregister/")) return deregister(id);
    } else if (request.method === "GET") {
      if (path === "/v1/agent/services") {
        return Response.json(
          Object.fromEntries([...services].map(([id, { Name, ...rest }]) => [id, { ...rest, Service: Name }])),
        );
      }
      if (path === "/v1/agent/checks") {
        return Response.json(
          Object.fromEntries(
            [...services].map(([id, { Name, Check }]) => {
              const CheckID = `service:${id}`;
              const Status = statuses.get(CheckID);
              return [CheckID, { CheckID, ServiceID: id, ServiceName: Name, Status, Type: Check?.TTL ? "ttl" : "" }];
            }),
          ),
        );
      }
    }
    return new Response("Invalid path or method", { status: request.method === "PUT" ? 404 : 405 });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const response = await answer(request);
    if (!request.bodyUsed) await request.body?.cancel();
    if (!response.ok) {
      refused.push(`${request.method} ${new URL(request.url).pathname}: ${await response.clone().text()}`);
    }
    return response;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    refused,
    stop: () => server.shutdown(),
  };
}

/** Starts the real program in development mode: one server that keeps everything in memory. */
export async function startConsul(): Promise<ConsulAgent> {
  const ports = { http: freePort(), dns: -1, grpc: -1, server: freePort(), serf_lan: freePort(), serf_wan: freePort() };
  const child = new Deno.Command(findProgram("consul")!, {
    args: ["agent", "-dev", "-bind=127.0.0.1", `-hcl=ports = ${JSON.stringify(ports)}`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${ports.http}`;
  async function stop(): Promise<void> {
    child.kill("SIGTERM");
    await child.status;
  }
  for (let attempt = 0; attempt < 300; attempt++) {
    const leader = await fetch(`${url}/v1/status/leader`).then((answer) => answer.text(), () => "");
    if (leader.startsWith('"127.0.0.1')) return { url, refused: [], stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error("Consul has no leader after half a minute");
}

/** What the agent API would say against a service, or `undefined`. */
function problemOf(service: Record<string, unknown>): string | undefined {
  for (const [field, value] of Object.entries(service)) {
    const kind = SERVICE_FIELDS[field];
    if (kind === undefined) return `invalid key ${field}`;
    if (!isKind(value, kind)) return `${field} is no ${kind}: ${JSON.stringify(value)}`;
  }
  if (typeof service.Name !== "string" || service.Name === "") return "Missing service name";
  const { Port = 0, Meta = {}, Check = {} } = service as unknown as Service;
  if (!Number.isInteger(Port) || Port < 0 || Port > 65_535) return `Port ${Port}`;
  if (Object.keys(Meta).length > 64) return "Node metadata cannot contain more than 64 key/value pairs";
  for (const [key, value] of Object.entries(Meta)) {
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(key) || key.startsWith("consul-")) {
      return `Key contains invalid characters: ${key}`;
    }
    if (value.length > 512) return `Value of ${key} is too long (limit: 512 characters)`;
  }
  for (const field of ["TTL", "DeregisterCriticalServiceAfter"]) {
    if (Check[field] !== undefined && !GO_DURATION.test(Check[field])) return `${field}: ${Check[field]}`;
  }
  if (Check.TTL === undefined) return "Check must have one of Script, HTTP, TCP, TTL";
  return Check.Status === undefined || STATUSES.includes(Check.Status) ? undefined : `Status ${Check.Status}`;
}

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === "string") return typeof value === "string";
  if (kind === "number") return typeof value === "number";
  if (typeof value !== "object" || value === null) return false;
  if (kind === "strings") return Array.isArray(value) && value.every((one) => typeof one === "string");
  return !Array.isArray(value) && Object.values(value).every((one) => typeof one === "string") &&
    (kind !== "check" || Object.keys(value).every((key) => CHECK_FIELDS.includes(key)));
}
