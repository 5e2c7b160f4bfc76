import { runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

const NAME = "nodejs_version_info";

/** The version of Node, or the one that the runtime says it is compatible with. */
export const version = defaultMetric([NAME], ({ labels, family }) => {
  const version = runningProcess()?.version;
  if (version === undefined) return;
  const [major = 0, minor = 0, patch = 0] = version.slice(1).split(".").map(Number);
  new Gauge({
    ...family(NAME, "Node.js version info.", ["version", "major", "minor", "patch"]),
    aggregator: "first",
    // Set anew for each scrape, so that it is there after a reset of the registry.
    collect() {
      this.set({ version, major, minor, patch, ...labels }, 1);
    },
  });
});
