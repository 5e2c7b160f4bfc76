import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import { defineProbeCollector, gauge, type ProbeContext } from "@exporterkit/core";
import { addressMetrics, resolveTarget } from "./addresses.ts";
import { tellTls, tlsMetrics } from "./certificates.ts";
import { decodeHealth, encodeHealthRequest, SERVING_STATUSES, type ServingStatus } from "./grpc_health.ts";
import { probeInTime } from "./in_time.ts";
import type { Module, Settings } from "./settings.ts";
import { connect, secure, tlsStateOf } from "./sockets.ts";

const { earliestExpiry, chainInfo, tlsVersion } = tlsMetrics;
const metrics = {
  ...addressMetrics,
  earliestExpiry,
  chainInfo,
  tlsVersion,
  duration: gauge("probe_grpc_duration_seconds", "Time of each phase of the check.", ["phase"]),
  ssl: gauge("probe_grpc_ssl", "Whether the answer came over TLS."),
  status: gauge("probe_grpc_status_code", "Status of the call, as gRPC numbers them; 14 is unavailable."),
  health: gauge("probe_grpc_healthcheck_response", "Which status the service reports.", ["serving_status"]),
};

type Context = ProbeContext<Settings, Module, unknown, unknown, typeof metrics, unknown>;

const DEADLINE_EXCEEDED = 4;
const UNKNOWN = 2;
const UNAVAILABLE = 14;

/** Probes gRPC servers by their standard health service. */
export const grpc = defineProbeCollector<Settings, Module>()({
  help: "Asks the health service of a gRPC server.",
  metrics,
  collect: (context) => probeInTime(context, (signal) => probe(context, signal)),
});

async function probe(context: Context, signal: AbortSignal): Promise<void> {
  const { metrics, module: { grpc: module }, network, host, target, fail } = context;
  for (const known of [metrics.earliestExpiry, metrics.ssl, metrics.status]) known.set(0);
  const port = Number(new URL(/^https?:\/\//.test(target) ? target : `http://${target}`).port) ||
    (module.tls ? 443 : 80);
  const resolved = (seconds: number) => metrics.duration.set({ phase: "resolve" }, seconds);
  const address = await resolveTarget({ network, host, port, metrics, resolved }, module);
  for (const status of SERVING_STATUSES) metrics.health.set({ serving_status: status }, 0);
  const startMs = performance.now();
  try {
    metrics.status.set(UNAVAILABLE);
    const { code, health } = await check({ address, port }, context, signal);
    metrics.status.set(code);
    if (health !== undefined) metrics.health.set({ serving_status: health }, 1);
    if (code !== 0) fail(`the status of the call is ${code}`);
    else if (health !== "SERVING") fail(`the service is ${health}`);
  } catch (error) {
    if (signal.aborted) metrics.status.set(DEADLINE_EXCEEDED);
    throw error;
  } finally {
    metrics.duration.set({ phase: "check" }, (performance.now() - startMs) / 1000);
  }
}

interface Checked {
  readonly code: number;
  readonly health: ServingStatus | undefined;
}

async function check(
  where: { readonly address: string; readonly port: number },
  { module: { grpc: module }, metrics, host }: Context,
  signal: AbortSignal,
): Promise<Checked> {
  const socket = await connect(where, signal);
  try {
    if (!module.tls) return await call(socket, { host, ...module });
    const secured = await secure(socket, module.tls_config, { host, protocols: ["h2"] });
    metrics.ssl.set(1);
    tellTls(tlsStateOf(secured), { ...metrics, chainExpiry: { set() {} } });
    return await call(secured, { host, ...module });
  } finally {
    socket.destroy();
  }
}

/** One call of `grpc.health.v1.Health/Check`. */
function call(
  socket: Socket,
  { host, tls, service }: { readonly host: string; readonly tls: boolean; readonly service: string },
): Promise<Checked> {
  return new Promise((resolve, reject) => {
    const scheme = tls ? "https" : "http";
    const connection = connectHttp2(`${scheme}://${host.includes(":") ? `[${host}]` : host}`, {
      createConnection: () => socket,
    });
    connection.on("error", reject);
    const stream = connection.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      "te": "trailers",
    });
    let told: IncomingHttpHeaders = {};
    const chunks: Uint8Array[] = [];
    stream.on("error", reject);
    stream.on("response", (headers) => told = { ...told, ...headers });
    stream.on("trailers", (trailers) => told = { ...told, ...trailers });
    stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    stream.on("end", () => {
      connection.destroy();
      const code = told["grpc-status"] === undefined ? UNKNOWN : Number(told["grpc-status"]);
      resolve({
        code,
        health: code === 0 ? decodeHealth(new Uint8Array(chunks.flatMap((one) => [...one]))) : undefined,
      });
    });
    stream.on("close", () => reject(new Error("The call ended without an answer")));
    stream.end(encodeHealthRequest(service));
  });
}
