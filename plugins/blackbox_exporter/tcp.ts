import type { Socket } from "node:net";
import { defineProbeCollector, gauge, type ProbeContext } from "@exporterkit/core";
import type { Matcher, RE2JS } from "re2js";
import { addressMetrics, resolveTarget } from "./addresses.ts";
import { tellTls, tlsMetrics } from "./certificates.ts";
import { probeInTime } from "./in_time.ts";
import { Lines } from "./lines.ts";
import type { Module, Settings } from "./settings.ts";
import { connect, secure, tlsStateOf } from "./sockets.ts";
import type { TcpModule } from "./tcp_module.ts";

const metrics = {
  ...addressMetrics,
  ...tlsMetrics,
  failedByRegexp: gauge("probe_failed_due_to_regex", "Whether the probe failed because of a regular expression."),
};

type Context = ProbeContext<Settings, Module, unknown, unknown, typeof metrics, unknown>;
type Step = TcpModule["query_response"][number];

/** Probes ports, speaks to them line by line, and looks at their TLS. */
export const tcp = defineProbeCollector<Settings, Module>()({
  help: "Connects to a port, and speaks to it as the module says.",
  metrics,
  collect: (context) => probeInTime(context, (signal) => probe(context, signal)),
});

async function probe(context: Context, signal: AbortSignal): Promise<void> {
  const { module: { tcp: module }, metrics, target, host, port, network } = context;
  metrics.failedByRegexp.set(0);
  if (port === undefined) throw new Error(`Cannot connect to ${target}: expected a port, as in ${target}:22`);
  const address = await resolveTarget({ network, host, port, metrics }, module);
  const socket = await connect({ address, port, from: module.source_ip_address }, signal);
  try {
    await converse(module.tls ? await secured(socket, context) : socket, context);
  } finally {
    socket.destroy();
  }
}

async function secured(socket: Socket, context: Context): Promise<Socket> {
  const { module: { tcp: { tls_config } }, metrics, parameters: { hostname: [hostname] = [] } } = context;
  const connection = await secure(socket, tls_config, { host: hostname ?? context.host });
  tellTls(tlsStateOf(connection), metrics);
  return connection;
}

/** Waits for lines and sends others, step by step. */
async function converse(plain: Socket, context: Context): Promise<void> {
  let socket = plain;
  let lines = new Lines(socket);
  try {
    for (const step of context.module.tcp.query_response) {
      let { send } = step;
      if (step.expect !== undefined) {
        const match = await matchedLine(lines, step.expect, context);
        context.metrics.failedByRegexp.set(match === undefined ? 1 : 0);
        if (match === undefined) throw new Error(`no line matches ${step.expect.pattern()}`);
        tellLabels(step, match, context);
        send = expand(send, match);
      }
      if (send !== "") socket.write(`${send}\n`);
      if (step.starttls) {
        lines.release();
        socket = await secured(socket, context);
        lines = new Lines(socket);
      }
    }
  } finally {
    lines.release();
  }
}

/** Reads on until a line matches, or no more comes. */
async function matchedLine(lines: Lines, expected: RE2JS, { log }: Context): Promise<Matcher | undefined> {
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    log.debug("Read line", { line });
    const matcher = expected.matcher(line);
    if (matcher.find()) return matcher;
  }
  return undefined;
}

function tellLabels({ labels }: Step, match: Matcher, { family }: Context): void {
  if (labels.length === 0) return;
  const info = gauge("probe_expect_info", "What was matched, of value 1.", labels.map(({ name }) => name));
  family(info).set(Object.fromEntries(labels.map(({ name, value }) => [name, expand(value, match)])), 1);
}

/** Puts in what was matched where a text says `$1`, `${1}` or `${name}`, as Go's `Regexp.Expand`. */
export function expand(text: string, match: Matcher): string {
  return text.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    const name = plain ?? braced;
    if (name === undefined) return whole === "$$" ? "$" : whole;
    if (/^\d+$/.test(name)) return Number(name) <= match.groupCount() ? match.group(Number(name)) ?? "" : "";
    return Object.hasOwn(match.namedGroups, name) ? match.group(name) ?? "" : "";
  });
}
