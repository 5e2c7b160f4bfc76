/** What an isolate shows of a collector that ran in another one must be what that one would have shown, byte for byte. */
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { defineExporter } from "@exporterkit/core";
import { encode } from "@exporterkit/core/exposition";
import { RunningExporter, type RunOptions } from "@exporterkit/core/http";
import { descriptionOf, fill, type PlainFamily } from "./_families.ts";
import { type FormatName, formatOf, FORMATS } from "./_formats.ts";
import { type NameKind, randomFamilies } from "./_random_families.ts";

const DUE_MS = 1_700_000_000_000;
const OWN = /^exporterkit_own_/;

/** An exporter with a background collector that gives these families, declared beforehand or found in its runs. */
function exporterOf(families: readonly PlainFamily[], { declared }: { declared: boolean }) {
  const metrics = declared ? Object.fromEntries(families.map((family) => [family.name, descriptionOf(family)])) : {};
  return defineExporter({
    name: "own",
    namespace: "exporterkit_own",
    version: "1.0.0",
    port: 1,
    collectors: {
      subject: {
        help: "What is carried.",
        freshness: { every: "1h" },
        metrics,
        collect(context) {
          const instruments: Readonly<Record<string, unknown>> = context.metrics;
          for (const family of families) {
            fill(declared ? instruments[family.name] : context.family(descriptionOf(family)), family);
          }
        },
      },
    },
  });
}

/** What a scrape says of the families, in each format. */
async function shown(running: RunningExporter): Promise<Record<string, string>> {
  const { snapshots, reports } = await running.gather();
  assert.equal(reports.get("subject")!.outcome, "ok", String(reports.get("subject")!.error));
  const theirs = snapshots.filter(({ family }) => !OWN.test(family.description.name));
  snapshots.forEach((snapshot) => snapshot.release());
  return Object.fromEntries(FORMATS.map((name) => [name, text(name)]));

  function text(name: FormatName): string {
    // Encoding releases what it has read.
    const pinned = theirs.map(({ family }) => family.pin());
    return new TextDecoder("latin1").decode(encode(pinned, formatOf(name)));
  }
}

describe("families that a store has carried to another isolate", () => {
  for (const names of ["legacy", "utf-8"] as NameKind[]) {
    for (const declared of [true, false]) {
      it(`say the same in every format with ${names} names, ${declared ? "declared" : "found in a run"}`, async () => {
        await fc.assert(
          fc.asyncProperty(randomFamilies(names), async (families) => {
            const values = new Map<string, Uint8Array>();
            const store: RunOptions["store"] = {
              maxBytes: Infinity,
              read: (key) => Promise.resolve(values.get(key)),
              write: (key, bytes) => Promise.resolve(void values.set(key, bytes)),
            };
            const exporter = exporterOf(families, { declared });
            await new RunningExporter(exporter, { stateless: true, store }).collectDue({ dueMs: DUE_MS });
            assert.equal(values.size, 1);
            await using collecting = new RunningExporter(exporter);
            await using showing = new RunningExporter(exporter, { stateless: true, store });
            assert.deepEqual(await shown(showing), await shown(collecting));
          }),
          { numRuns: 200 },
        );
      });
    }
  }
});
