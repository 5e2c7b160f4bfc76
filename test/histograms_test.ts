/** The kind of all histograms of an exporter, as its operator chooses it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { handler } from "@exporterkit/core";
import { ask } from "./_http.ts";
import { runToEnd, startServer } from "./_process.ts";
import { ownRuntime } from "./_programs.ts";
import { exporter } from "./_histograms_exporter.ts";
import { MEDIA_TYPES } from "./conformance/_formats.ts";
import { decodeProtobuf } from "./conformance/_protobuf.ts";

const FILE = fileURLToPath(new URL("_histograms_exporter.ts", import.meta.url));
const NAMES = ["ages", "found", "held", "observed", "relayed"] as const;
type Kind = "classic" | "native" | "both";

/** How many bounds each histogram has beside `+Inf`, and whether it has native buckets too. */
type Shown = Record<(typeof NAMES)[number], string>;

const SHOWN: Record<Kind | "as defined", Shown> = {
  "as defined": { ages: "native", found: "native", held: "2, native", observed: "2", relayed: "2" },
  classic: { ages: "native", found: "11", held: "2", observed: "2", relayed: "2" },
  native: { ages: "native", found: "native", held: "native", observed: "native", relayed: "2" },
  both: { ages: "native", found: "11, native", held: "2, native", observed: "2, native", relayed: "2" },
};

/** A scrape, by whatever way the exporter is asked. */
type Scrape = (accept: string) => Promise<Uint8Array>;

async function assertShown(scrape: Scrape, expected: Shown): Promise<void> {
  const families = decodeProtobuf(await scrape(MEDIA_TYPES.protobuf));
  const inProtobuf = families.filter(({ name }) => name?.startsWith("histograms_")).flatMap(({ name, metric }) =>
    metric!.filter(({ histogram }) => histogram !== undefined).map(({ histogram: { bucket = [], schema } = {} }) => {
      const parts = [...(bucket.length > 0 ? [bucket.length] : []), ...(schema === undefined ? [] : ["native"])];
      return [name!.slice("histograms_".length), parts.join(", ")];
    })
  );
  assert.deepEqual(Object.fromEntries(inProtobuf), expected);
  const text = new TextDecoder().decode(await scrape(MEDIA_TYPES["text 0.0.4"]));
  for (const name of NAMES) {
    const bounds = text.split("\n").filter((line) => line.startsWith(`histograms_${name}_bucket{`));
    assert.equal(bounds.length, 1 + Number(/^\d+/.exec(expected[name]) ?? 0), name);
  }
  assert.match(text, /^histograms_relayed_bucket\{le="10"\} 4$/m);
  assert.match(text, /^histograms_ages_sum 7\nhistograms_ages_count 2$/m);
}

for (const [chosen, expected] of Object.entries(SHOWN)) {
  const kind = chosen === "as defined" ? undefined : chosen as Kind;

  describe(`histograms that are chosen to be ${chosen}`, () => {
    it("are what --metrics.histograms says, in protobuf and in text", async () => {
      const flags = kind === undefined ? [] : [`--metrics.histograms=${kind}`];
      await using server = await startServer({
        path: ownRuntime().path,
        args: ["run", "-A", FILE, "--web.listen-address=127.0.0.1:0", ...flags],
      });
      const scrape = async (accept: string) => (await ask(`${server.url}/metrics`, { headers: { accept } })).bytes;
      await assertShown(scrape, expected);
    });

    it("are what handler() is told, in protobuf and in text", async () => {
      const { fetch } = handler(exporter, kind === undefined ? {} : { histograms: kind });
      const request = (accept: string) => new Request("http://localhost/metrics", { headers: { accept } });
      await assertShown(async (accept) => new Uint8Array(await (await fetch(request(accept))).arrayBuffer()), expected);
    });
  });
}

describe("--metrics.histograms", () => {
  it("stops the start where it has no such word", async () => {
    const { code, stdout, stderr } = await runToEnd({
      path: ownRuntime().path,
      args: ["run", "-A", FILE, "--metrics.histograms=exponential"],
    });
    const problem = 'Flag --metrics.histograms: got "exponential", expected one of classic, native, both\n';
    assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: "", stderr: problem });
  });
});
