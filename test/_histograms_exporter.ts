/** An exporter with a histogram of each kind, wherever an exporter can have one. */
import { defineExporter, gaugeHistogram, histogram, serve } from "@exporterkit/core";

const buckets = [1, 10];

export const exporter = defineExporter({
  name: "histograms",
  version: "1.0.0",
  port: 9878,
  metrics: { held: histogram("histograms_held", "Defined as both, held.", [], { buckets, native: true }) },
  collectors: {
    all: {
      help: "Histograms.",
      metrics: {
        observed: histogram("histograms_observed", "Defined as classic, observed.", [], { buckets }),
        relayed: histogram("histograms_relayed", "Defined as classic, relayed from who has no others.", [], {
          buckets,
        }),
        ages: gaugeHistogram("histograms_ages", "Defined as native, relayed.", [], { native: true }),
      },
      collect({ metrics, held, family }) {
        held.held.observe(5);
        metrics.observed.observe(5);
        metrics.relayed.set({ buckets: [3, 4], count: 5, sum: 60 });
        metrics.ages.set({ count: 2, sum: 7, native: { schema: 0, positive: { indices: [1, 3], counts: [1, 1] } } });
        family(histogram("histograms_found", "Defined as native, found.", [], { native: true })).observe(5);
      },
    },
  },
});

export default serve(exporter, import.meta);
