import { handler } from "@exporterkit/core";
import served from "./exporter.ts";
import { withUpstream } from "./fake_upstream.ts";
{{testing}}

const QUEUES = [{ name: "mail", waiting: 3, done: 128 }, { name: "print", waiting: 0, done: 7 }];

const EXPOSITION = `# HELP {{name}}_jobs_done_total Jobs that are done.
# TYPE {{name}}_jobs_done_total counter
{{name}}_jobs_done_total{queue="mail"} 128
{{name}}_jobs_done_total{queue="print"} 7
# HELP {{name}}_jobs_waiting Jobs that nobody has taken yet.
# TYPE {{name}}_jobs_waiting gauge
{{name}}_jobs_waiting{queue="mail"} 3
{{name}}_jobs_waiting{queue="print"} 0
`;

test("exposes what the API says", async () => {
  await withUpstream(() => Response.json(QUEUES), async (url) => {
    const text = await scrape({ url });
    assert.equal(aboutJobs(text), EXPOSITION);
    assert.match(text, /^{{name}}_up 1$/m);
  });
});

test("sends the token of the settings", async () => {
  const sent: (string | null)[] = [];
  const answer = (headers: Headers) => {
    sent.push(headers.get("Authorization"));
    return Response.json(QUEUES);
  };
  await withUpstream(answer, async (url) => {
    assert.match(await scrape({ url, token: "s3cret" }), /^{{name}}_up 1$/m);
  });
  assert.equal(sent.join(), "Bearer s3cret");
});

test("says that the API failed, and exposes nothing of it", async () => {
  await withUpstream(() => new Response("no", { status: 500 }), async (url) => {
    const text = await scrape({ url });
    assert.equal(aboutJobs(text), "");
    assert.match(text, /^{{name}}_up 0$/m);
    assert.match(text, /^{{name}}_scrape_collector_success\{collector="queues"\} 0$/m);
  });
});

test("answers in time when the API does not", async () => {
  await withUpstream(() => new Promise(() => {}), async (url) => {
    const text = await scrape({ url }, { timeoutSeconds: 1 });
    assert.equal(aboutJobs(text), "");
    assert.match(text, /^{{name}}_scrape_collector_success\{collector="queues"\} 0$/m);
  });
});

async function scrape(settings: object, { timeoutSeconds = 10 } = {}): Promise<string> {
  const scraped = handler(served.exporter, { settings });
  try {
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutSeconds) };
    const answer = await scraped.fetch(new Request("http://localhost/metrics", { headers }));
    assert.equal(answer.status, 200);
    return await answer.text();
  } finally {
    await scraped.close();
  }
}

/** The lines of the exporter's own metrics. */
function aboutJobs(text: string): string {
  return text.replace(/^(?!(?:# \w+ )?{{name}}_jobs_).*\n/gm, "");
}
