import { type Compressor, createGzip, encode, encodeChunks, negotiate } from "@exporterkit/core/exposition";
import { counter, histogram, Registry } from "@exporterkit/core/metrics";
import { Buffer } from "node:buffer";
import { constants, crc32, deflateRawSync } from "node:zlib";
import { BUCKETS, LABEL_NAMES, type Peer, SERIES } from "../_peer.ts";

const TEXT = negotiate(null);

/** What the runtimes lend: zlib at its fastest level. */
const compressor: Compressor = {
  deflate: (bytes) => deflateRawSync(bytes, { level: 1, finishFlush: constants.Z_FULL_FLUSH }),
  crc32: (bytes) => crc32(bytes),
};

/** Exporterkit's own interface. */
export const ours: Peer = {
  name: "exporterkit",
  registry() {
    const registry = new Registry();
    return {
      counter(name) {
        const live = registry.add(counter(name, "Requests served.", LABEL_NAMES));
        return {
          inc: (labels, amount) => live.inc(labels, amount),
          handle(labels) {
            const handle = live.labels(labels);
            return (amount) => handle.inc(amount);
          },
          remove: (labels) => live.remove(labels),
        };
      },
      histogram(name) {
        const live = registry.add(histogram(name, "Time to answer.", LABEL_NAMES, { buckets: BUCKETS }));
        return { observe: (labels, value) => live.observe(labels, value) };
      },
      calls(sets) {
        const requests = registry.add(counter("hot_total", "Requests served.", LABEL_NAMES));
        const times = registry.add(histogram("hot_seconds", "Time to answer.", LABEL_NAMES, { buckets: BUCKETS }));
        const requestsOf = sets.map((labels) => requests.labels(labels));
        const timesOf = sets.map((labels) => times.labels(labels));
        return {
          inc(calls) {
            for (let i = 0; i < calls; i++) requests.inc(sets[i % SERIES]!, 1);
          },
          incFresh(calls) {
            for (let i = 0; i < calls; i++) requests.inc({ ...sets[i % SERIES]! }, 1);
          },
          incHandle(calls) {
            for (let i = 0; i < calls; i++) requestsOf[i % SERIES]!.inc(1);
          },
          observe(calls) {
            for (let i = 0; i < calls; i++) times.observe(sets[i % SERIES]!, i % 32);
          },
          observeHandle(calls) {
            for (let i = 0; i < calls; i++) timesOf[i % SERIES]!.observe(i % 32);
          },
        };
      },
      expose: () => encode(registry.snapshots(), TEXT),
      exposeGzip: () => Buffer.concat([...encodeChunks(registry.snapshots(), TEXT, { gzip: createGzip(compressor) })]),
      chunks: () => encodeChunks(registry.snapshots(), TEXT),
      slots: () => registry.families().reduce((slots, { index }) => slots + index.size, 0),
    };
  },
};
