import { counter, defineCollector, gauge } from "@exporterkit/core";
import { readAttribute } from "./_attribute.ts";
import { hexadecimal } from "./_number.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Files of `/sys/class/fc_host/<host>` that become labels of the same name. */
const FACTS = [
  "speed",
  "port_state",
  "port_type",
  "port_id",
  "port_name",
  "fabric_name",
  "symbolic_name",
  "supported_classes",
  "supported_speeds",
  "dev_loss_tmo",
] as const;

/** Files of `statistics` with a hexadecimal number, by the metric that each becomes. */
const STATISTICS = {
  dumpedFrames: "dumped_frames",
  errorFrames: "error_frames",
  invalidCrc: "invalid_crc_count",
  rxFrames: "rx_frames",
  rxWords: "rx_words",
  txFrames: "tx_frames",
  txWords: "tx_words",
  secondsSinceLastReset: "seconds_since_last_reset",
  invalidTxWords: "invalid_tx_word_count",
  linkFailure: "link_failure_count",
  lossOfSync: "loss_of_sync_count",
  lossOfSignal: "loss_of_signal_count",
  nos: "nos_count",
  fcpPacketAborts: "fcp_packet_aborts",
} as const;

/** What a statistic is that the adapter does not keep: all bits set. */
const UNKNOWN = 2 ** 64;

/** Reports the state of Fibre Channel adapters. */
export function fibrechannel(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "State and errors of Fibre Channel adapters, from /sys/class/fc_host.",
    metrics: {
      info: gauge(
        "node_fibrechannel_info",
        "What the adapter says of itself, from /sys/class/fc_host/<host>, of value 1.",
        ["fc_host", ...FACTS],
      ),
      dumpedFrames: ofHost("dumped_frames_total", "Frames dropped", "dumped_frames"),
      errorFrames: ofHost("error_frames_total", "Frames with errors", "error_frames"),
      invalidCrc: ofHost("invalid_crc_total", "Frames with a wrong checksum", "invalid_crc_count"),
      rxFrames: ofHost("rx_frames_total", "Frames received", "rx_frames"),
      rxWords: ofHost("rx_words_total", "Words received", "rx_words"),
      txFrames: ofHost("tx_frames_total", "Frames sent", "tx_frames"),
      txWords: ofHost("tx_words_total", "Words sent", "tx_words"),
      secondsSinceLastReset: ofHost(
        "seconds_since_last_reset_total",
        "Seconds since the counts began",
        "seconds_since_last_reset",
      ),
      invalidTxWords: ofHost("invalid_tx_words_total", "Words sent that were invalid", "invalid_tx_word_count"),
      linkFailure: ofHost("link_failure_total", "Failures of the link", "link_failure_count"),
      lossOfSync: ofHost("loss_of_sync_total", "Losses of synchronization", "loss_of_sync_count"),
      lossOfSignal: ofHost("loss_of_signal_total", "Losses of the signal", "loss_of_signal_count"),
      nos: ofHost("nos_total", "Not-operational sequences", "nos_count"),
      fcpPacketAborts: ofHost("fcp_packet_aborts_total", "Packets aborted", "fcp_packet_aborts"),
    },
    async collect({ settings, metrics }) {
      const root = `${settings.path.sysfs}/class/fc_host`;
      for (const name of await ifReadable(host.list(root)) ?? []) {
        const facts = await readFacts(host, `${root}/${name}`);
        // The adapter has vanished.
        if (facts === undefined) continue;
        metrics.info.set({ fc_host: name, ...facts }, 1);
        for (const [key, file] of Object.entries(STATISTICS) as [keyof typeof STATISTICS, string][]) {
          const value = parseStatistic(await readAttribute(host, `${root}/${name}/statistics/${file}`));
          if (value !== undefined) metrics[key].set({ fc_host: name }, value);
        }
      }
    },
  });
}

/** Reads a statistic, `0x` and a hexadecimal number; all bits set are no number. */
export function parseStatistic(text: string | undefined): number | undefined {
  const value = hexadecimal(text?.replace(/^0x/, ""));
  return Number.isNaN(value) || value >= UNKNOWN ? undefined : value;
}

async function readFacts(host: Host, folder: string): Promise<Record<typeof FACTS[number], string> | undefined> {
  const texts = await Promise.all(FACTS.map((fact) => readAttribute(host, `${folder}/${fact}`)));
  if (texts.every((text) => text === undefined)) return undefined;
  // Names and numbers of ports are without the `0x` that the kernel writes.
  const facts = FACTS.map((fact, i) => [fact, (texts[i] ?? "").replace(/^0x/, "")]);
  return Object.fromEntries(facts);
}

function ofHost<Name extends string>(name: Name, what: string, file: string) {
  const help = `${what}, from statistics/${file} of /sys/class/fc_host/<host>.`;
  return counter(`node_fibrechannel_${name}`, help, ["fc_host"]);
}
