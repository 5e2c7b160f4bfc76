import * as face from "@exporterkit/core/prom-client";
import * as prometheusIo from "@prometheus-io/client";
import * as platformatic from "@platformatic/prom-client";
import * as promClient from "prom-client";
import { BUCKETS, LABEL_NAMES, type Peer, SERIES } from "../_peer.ts";

/** prom-client and its descendants, whose interfaces are the same as far as it is used here. */
type Client = Pick<typeof promClient, "Counter" | "Histogram" | "Registry">;

function peerOf(name: string, { Counter, Histogram, Registry }: Client): Peer {
  return {
    name,
    registry() {
      const registry = new Registry();
      const common = { labelNames: LABEL_NAMES, registers: [registry] };
      return {
        counter(name) {
          const live = new Counter({ name, help: "Requests served.", ...common });
          return {
            inc: (labels, amount) => live.inc(labels, amount),
            handle(labels) {
              const child = live.labels(labels);
              return (amount) => child.inc(amount);
            },
            remove: (labels) => live.remove(labels),
          };
        },
        histogram(name) {
          const live = new Histogram({ name, help: "Time to answer.", buckets: BUCKETS, ...common });
          return { observe: (labels, value) => live.observe(labels, value) };
        },
        calls(sets) {
          const requests = new Counter({ name: "hot_total", help: "Requests served.", ...common });
          const times = new Histogram({ name: "hot_seconds", help: "Time to answer.", buckets: BUCKETS, ...common });
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
        expose: async () => new TextEncoder().encode(await registry.metrics()),
      };
    },
  };
}

/** The library that most Node programs have. */
export const prom = peerOf("prom-client", promClient);

/** Our own face of that interface. */
export const ourFace = peerOf("exporterkit/prom-client", face as unknown as Client);

/** Its descendants. */
export const descendants: readonly Peer[] = [
  peerOf("@prometheus-io/client", prometheusIo as unknown as Client),
  peerOf("@platformatic/prom-client", platformatic as unknown as Client),
];
