import { type Collector, defineCollector } from "@exporterkit/core";
import type { Server } from "./server.ts";
import type { PostgresSettings } from "./settings.ts";

/** `defineCollector` for those that ask a server. */
export function define<Metrics = unknown>(
  collector: Collector<PostgresSettings, Server, Metrics>,
): Collector<PostgresSettings, Server, Metrics> {
  return defineCollector<PostgresSettings, Server>()(collector);
}

/** The same, for those that `--disable-default-metrics` switches off. */
export function defineDefault<Metrics = unknown>(
  collector: Collector<PostgresSettings, Server, Metrics>,
): Collector<PostgresSettings, Server, Metrics> {
  return define({
    ...collector,
    async collect(context) {
      if (!context.settings.disableDefaultMetrics) await collector.collect(context);
    },
  });
}
