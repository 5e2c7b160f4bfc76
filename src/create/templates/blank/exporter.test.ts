import { handler } from "@exporterkit/core";
import served from "./exporter.ts";
{{testing}}

const EXPOSITION = `# HELP {{name}}_value What was read.
# TYPE {{name}}_value gauge
{{name}}_value 42
`;

test("exposes what is read", async () => {
  const text = await scrape(() => Promise.resolve(42));
  assert.equal(aboutValue(text), EXPOSITION);
  assert.match(text, /^{{name}}_up 1$/m);
});

test("says that reading failed, and exposes nothing", async () => {
  const text = await scrape(() => Promise.reject(new Error("out of order")));
  assert.equal(aboutValue(text), "");
  assert.match(text, /^{{name}}_up 0$/m);
  assert.match(text, /^{{name}}_scrape_collector_success\{collector="subject"\} 0$/m);
});

test("answers in time when reading takes forever", async () => {
  const text = await scrape(() => new Promise(() => {}), { timeoutSeconds: 1 });
  assert.equal(aboutValue(text), "");
  assert.match(text, /^{{name}}_scrape_collector_success\{collector="subject"\} 0$/m);
});

test("reads something as it is", async () => {
  const text = await answerOf(handler(served.exporter));
  assert.match(text, /^{{name}}_value \d/m);
});

/** Scrapes the exporter with another subject. */
async function scrape(read: () => Promise<number>, { timeoutSeconds = 10 } = {}): Promise<string> {
  const open = () => ({ read, close() {} });
  return await answerOf(handler({ ...served.exporter, open }), timeoutSeconds);
}

async function answerOf(scraped: ReturnType<typeof handler>, timeoutSeconds = 10): Promise<string> {
  try {
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutSeconds) };
    const answer = await scraped.fetch(new Request("http://localhost/metrics", { headers }));
    assert.equal(answer.status, 200);
    return await answer.text();
  } finally {
    await scraped.close();
  }
}

/** The lines of the exporter's own metric. */
function aboutValue(text: string): string {
  return text.replace(/^(?!(?:# \w+ )?{{name}}_value\b).*\n/gm, "");
}
