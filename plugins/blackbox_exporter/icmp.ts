import { spawn } from "node:child_process";
import process from "node:process";
import { defineProbeCollector, gauge, type ProbeContext } from "@exporterkit/core";
import { addressMetrics, resolveTarget } from "./addresses.ts";
import type { IcmpModule } from "./icmp_module.ts";
import { probeInTime } from "./in_time.ts";
import type { Module, Settings } from "./settings.ts";

const metrics = {
  ...addressMetrics,
  duration: gauge("probe_icmp_duration_seconds", "Time of each phase; setup is the start of ping.", ["phase"]),
  hopLimit: gauge("probe_icmp_reply_hop_limit", "Hop limit of the reply, TTL in IPv4."),
};

type Context = ProbeContext<Settings, Module, unknown, unknown, typeof metrics, unknown>;

/** What a reply says. */
export interface EchoReply {
  readonly hopLimit: number | undefined;
  readonly rttSeconds: number;
}

/** What blackbox_exporter sends. */
const DEFAULT_PAYLOAD_BYTES = 28;

/** Probes hosts with one echo request, by the program `ping`: no runtime opens ICMP sockets. */
export const icmp = defineProbeCollector<Settings, Module>()({
  help: "Sends an ICMP echo request, by ping.",
  metrics,
  collect: (context) => probeInTime(context, (signal) => probe(context, signal)),
});

async function probe(
  { metrics, module: { icmp: module }, network, host }: Context,
  signal: AbortSignal,
): Promise<void> {
  for (const phase of ["resolve", "setup", "rtt"]) metrics.duration.set({ phase }, 0);
  const resolved = (seconds: number) => metrics.duration.set({ phase: "resolve" }, seconds);
  const address = await resolveTarget({ network, host, metrics, resolved }, module);
  const startMs = performance.now();
  const output = await ping(pingArguments(address, module), signal);
  const tookSeconds = (performance.now() - startMs) / 1000;
  const reply = parseReply(output);
  if (reply === undefined) throw new Error(`no reply: ${output.trim().split("\n").at(-1)}`);
  metrics.duration.set({ phase: "rtt" }, reply.rttSeconds);
  metrics.duration.set({ phase: "setup" }, Math.max(0, tookSeconds - reply.rttSeconds));
  if (reply.hopLimit !== undefined) metrics.hopLimit.set(reply.hopLimit);
}

/** For the ping of iputils and that of BusyBox; `dont_fragment` only the former has. */
export function pingArguments(address: string, module: IcmpModule): string[] {
  const { payload_size: bytes, ttl, dont_fragment: isWhole, source_ip_address: from } = module;
  return [
    ...["-c", "1", "-n", "-s", String(bytes || DEFAULT_PAYLOAD_BYTES)],
    ...(ttl > 0 ? ["-t", String(ttl)] : []),
    ...(isWhole ? ["-M", "do"] : []),
    ...(from === undefined ? [] : ["-I", from]),
    address,
  ];
}

/** Reads the line of a reply: `36 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.026 ms`. */
export function parseReply(output: string): EchoReply | undefined {
  const line = /^\d+ bytes from .*$/m.exec(output)?.[0];
  const [, time] = /\btime[=<](\d+(?:\.\d+)?) ?ms/.exec(line ?? "") ?? [];
  if (line === undefined) return undefined;
  const [, hops] = /\b(?:ttl|hlim)=(\d+)/.exec(line) ?? [];
  // A payload too short for a time stamp leaves the time out.
  return { hopLimit: hops === undefined ? undefined : Number(hops), rttSeconds: Number(`${time ?? 0}e-3`) };
}

/** Runs ping, ended with the signal. Resolves with what it wrote, also when nobody replied. */
function ping(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("ping", [...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, LC_ALL: "C" },
    });
    const end = () => void child.kill("SIGKILL");
    signal.addEventListener("abort", end);
    let output = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => output += chunk);
    child.on("error", (error: Error & { code?: string }) => {
      reject(error.code === "ENOENT" ? new Error("Cannot find the program ping, install iputils-ping") : error);
    });
    child.on("close", () => {
      signal.removeEventListener("abort", end);
      resolve(output);
    });
  });
}
