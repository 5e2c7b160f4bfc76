import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { scrapeTimeoutMs, selectCollectors } from "./scrape_request.ts";

describe("scrapeTimeoutMs()", () => {
  const cases: [header: string | undefined, ms: number][] = [
    [undefined, 9500],
    ["10", 9500],
    ["2.5", 2000],
    ["1", 750],
    ["0.4", 300],
    ["60", 59_500],
    ["0", 9500],
    ["-3", 9500],
    ["soon", 9500],
    ["", 9500],
    ["NaN", 9500],
    ["Infinity", 9500],
    ["1e300", 86_399_500],
  ];
  for (const [header, ms] of cases) {
    it(`leaves ${ms} ms when the header is ${header ?? "missing"}`, () => {
      const headers = new Headers(header === undefined ? {} : { "X-Prometheus-Scrape-Timeout-Seconds": header });
      assert.equal(scrapeTimeoutMs(headers), ms);
    });
  }

  it("keeps back the time of the last encoding when that is longer than the offset", () => {
    const headers = new Headers({ "X-Prometheus-Scrape-Timeout-Seconds": "10" });
    assert.equal(scrapeTimeoutMs(headers, { lastEncodeMs: 2000 }), 8000);
    assert.equal(scrapeTimeoutMs(headers, { lastEncodeMs: 100 }), 9500);
    assert.equal(scrapeTimeoutMs(headers, { offsetSeconds: 1 }), 9000);
  });

  it("leaves the collectors a quarter when encoding takes longer than the scraper waits", () => {
    assert.equal(scrapeTimeoutMs(new Headers(), { lastEncodeMs: 60_000 }), 2500);
  });
});

describe("selectCollectors()", () => {
  const enabled = ["cpu", "meminfo", "stat"];

  function select(query: string) {
    const selection = selectCollectors(new URLSearchParams(query), enabled);
    return "problem" in selection ? selection.problem : selection.collectors && [...selection.collectors];
  }

  it("takes everything when nothing is asked", () => {
    assert.equal(select(""), undefined);
  });

  it("takes what collect[] names", () => {
    assert.deepEqual(select("collect[]=stat&collect[]=cpu"), ["stat", "cpu"]);
  });

  it("leaves out what exclude[] names, and ignores names it does not know there", () => {
    assert.deepEqual(select("exclude[]=stat&exclude[]=nonsense"), ["cpu", "meminfo"]);
  });

  it("refuses both at once", () => {
    assert.equal(select("collect[]=cpu&exclude[]=stat"), "Combined collect and exclude queries are not allowed.");
  });

  it("lists the known names when it does not know one", () => {
    assert.equal(
      select("collect[]=cpu&collect[]=gpu"),
      "Unknown or disabled collector: gpu. Enabled collectors: cpu, meminfo, stat.",
    );
  });
});
