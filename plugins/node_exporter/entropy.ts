import { defineCollector, gauge } from "@exporterkit/core";
import { readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects how much randomness the kernel has at hand. */
export function entropy(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Randomness at hand.",
    metrics: {
      available: gauge(
        "node_entropy_available_bits",
        "Entropy at hand, from /proc/sys/kernel/random/entropy_avail.",
      ),
      poolSize: gauge(
        "node_entropy_pool_size_bits",
        "Size of the entropy pool, from /proc/sys/kernel/random/poolsize.",
      ),
    },
    async collect({ settings, metrics }) {
      const folder = `${settings.path.procfs}/sys/kernel/random`;
      const [available, poolSize] = await Promise.all([
        readNumber(host, `${folder}/entropy_avail`),
        readNumber(host, `${folder}/poolsize`),
      ]);
      if (available !== undefined) metrics.available.set(available);
      if (poolSize !== undefined) metrics.poolSize.set(poolSize);
    },
  });
}
