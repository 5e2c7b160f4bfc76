import { defineProbeCollector, gauge, type ProbeContext } from "@exporterkit/core";
import { addressMetrics, resolveTarget } from "./addresses.ts";
import { decodeAnswer, type DnsAnswer, encodeQuestion } from "./dns_message.ts";
import { askByTcp, askByUdp } from "./dns_query.ts";
import { faultOfRecords, recordText } from "./dns_records.ts";
import { probeInTime } from "./in_time.ts";
import type { Module, Settings } from "./settings.ts";
import { connect, type Endpoint, secure } from "./sockets.ts";

const metrics = {
  ...addressMetrics,
  duration: gauge("probe_dns_duration_seconds", "Time of each phase of the query.", ["phase"]),
  answers: gauge("probe_dns_answer_rrs", "Records in the section answer."),
  authorities: gauge("probe_dns_authority_rrs", "Records in the section authority."),
  additionals: gauge("probe_dns_additional_rrs", "Records in the section additional."),
  succeeded: gauge("probe_dns_query_succeeded", "Whether the server answered, whatever it said."),
  serial: gauge("probe_dns_serial", "Serial number of the zone, where SOA was asked for."),
};

type Context = ProbeContext<Settings, Module, unknown, unknown, typeof metrics, unknown>;

/** Probes DNS servers. */
export const dns = defineProbeCollector<Settings, Module>()({
  help: "Asks a DNS server, as the module says.",
  metrics,
  collect: (context) => probeInTime(context, (signal) => probe(context, signal)),
});

async function probe(context: Context, signal: AbortSignal): Promise<void> {
  const { metrics, network, host, port = undefined } = context;
  const module = context.module.dns!;
  for (const known of [metrics.answers, metrics.authorities, metrics.additionals, metrics.succeeded]) known.set(0);
  for (const phase of ["resolve", "connect", "request"]) metrics.duration.set({ phase }, 0);
  const server = port ?? (module.dns_over_tls ? 853 : 53);
  const resolved = (seconds: number) => metrics.duration.set({ phase: "resolve" }, seconds);
  const address = await resolveTarget({ network, host, port: server, metrics, resolved }, module);
  const answer = await ask({ address, port: server, from: module.source_ip_address }, context, signal);
  metrics.succeeded.set(1);
  tell(answer, context);
}

/** Asks, and says how long that took. */
async function ask(endpoint: Endpoint, context: Context, signal: AbortSignal): Promise<DnsAnswer> {
  const { metrics: { duration }, host } = context;
  const module = context.module.dns!;
  const message = encodeQuestion(module);
  const startMs = performance.now();
  const connected = () => {
    duration.set({ phase: "connect" }, (performance.now() - startMs) / 1000);
    return performance.now();
  };
  if (module.transport_protocol === "udp") {
    const sentMs = connected();
    const answer = await askByUdp(endpoint, message, signal);
    duration.set({ phase: "request" }, (performance.now() - sentMs) / 1000);
    return decodeAnswer(answer);
  }
  const socket = await connect(endpoint, signal);
  try {
    const connection = module.dns_over_tls ? await secure(socket, module.tls_config, { host }) : socket;
    const sentMs = connected();
    const answer = await askByTcp(connection, message);
    duration.set({ phase: "request" }, (performance.now() - sentMs) / 1000);
    return decodeAnswer(answer);
  } finally {
    socket.destroy();
  }
}

/** Says in the metrics what the answer is, and fails if it is not as the module wants it. */
function tell(answer: DnsAnswer, { metrics, module: { dns }, fail }: Context): void {
  const module = dns!;
  const { rcode, answers, authorities, additionals } = answer;
  metrics.answers.set(answers.length);
  metrics.authorities.set(authorities.length);
  metrics.additionals.set(additionals.length);
  if (module.query_type === "SOA") {
    metrics.serial.set(0);
    for (const { type, data } of answers) {
      if (type === "SOA") metrics.serial.set((data as { readonly serial: number }).serial);
    }
  }
  if (!module.valid_rcodes.includes(rcode)) return fail(`the server answers ${rcode}`);
  const sections = [
    ["answer", answers, module.validate_answer_rrs],
    ["authority", authorities, module.validate_authority_rrs],
    ["additional", additionals, module.validate_additional_rrs],
  ] as const;
  for (const [name, records, validator] of sections) {
    const fault = faultOfRecords(records.map(recordText), validator);
    if (fault !== undefined) return fail(`section ${name}: ${fault}`);
  }
}
