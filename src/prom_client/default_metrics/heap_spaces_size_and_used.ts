import { attempt, builtin, runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

const TOTAL = "nodejs_heap_space_size_total_bytes";
const USED = "nodejs_heap_space_size_used_bytes";
const AVAILABLE = "nodejs_heap_space_size_available_bytes";

interface V8 {
  getHeapSpaceStatistics?(): HeapSpace[];
}

interface HeapSpace {
  readonly space_name: string;
  readonly space_size: number;
  readonly space_used_size: number;
  readonly space_available_size: number;
}

/** The spaces that the heap of V8 consists of. */
export const heapSpacesSizeAndUsed = defaultMetric([TOTAL, USED, AVAILABLE], ({ labels, family }) => {
  if (heapSpaces() === undefined) return;

  new Gauge({
    ...family(TOTAL, "Process heap space size total from Node.js in bytes.", ["space"]),
    // Its turn comes first, so it sets all three from one reading.
    collect() {
      for (const statistics of heapSpaces() ?? []) {
        const space = statistics.space_name.replace(/_space$/, "");
        this.set({ space, ...labels }, statistics.space_size);
        used.set({ space, ...labels }, statistics.space_used_size);
        available.set({ space, ...labels }, statistics.space_available_size);
      }
    },
  });
  const used = new Gauge(family(USED, "Process heap space size used from Node.js in bytes.", ["space"]));
  const available = new Gauge(
    family(AVAILABLE, "Process heap space size available from Node.js in bytes.", ["space"]),
  );
});

function heapSpaces(): HeapSpace[] | undefined {
  return attempt(() => runningProcess() && builtin<V8>("node:v8")?.getHeapSpaceStatistics?.());
}
