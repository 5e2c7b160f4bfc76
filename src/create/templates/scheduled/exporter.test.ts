import { handler } from "@exporterkit/core";
import served from "./exporter.ts";
import { withUpstream } from "./fake_upstream.ts";
{{testing}}

const BACKUPS = [{ name: "mail", bytes: 4096, completed: "2026-01-01T00:00:00Z" }];

const EXPOSITION = `# HELP {{name}}_backup_completed_timestamp_seconds When it was completed.
# TYPE {{name}}_backup_completed_timestamp_seconds gauge
{{name}}_backup_completed_timestamp_seconds{backup="mail"} 1.7672256e+09
# HELP {{name}}_backup_size_bytes Size of the last backup.
# TYPE {{name}}_backup_size_bytes gauge
{{name}}_backup_size_bytes{backup="mail"} 4096
`;

test("exposes what the API said last, and asks it once for two scrapes", async () => {
  let asked = 0;
  const answer = () => {
    asked++;
    return Response.json(BACKUPS);
  };
  await withUpstream(answer, async (url) => {
    const [first = "", second = ""] = await scrapes({ url }, { count: 2 });
    assert.equal(aboutBackups(first), EXPOSITION);
    assert.equal(aboutBackups(second), EXPOSITION);
    assert.equal(asked, 1);
  });
});

test("says that the API failed, and exposes nothing of it", async () => {
  await withUpstream(() => new Response("no", { status: 500 }), async (url) => {
    const [text = ""] = await scrapes({ url });
    assert.equal(aboutBackups(text), "");
    assert.match(text, /^{{name}}_scrape_collector_success\{collector="backups"\} 0$/m);
  });
});

test("answers in time when the API does not", async () => {
  await withUpstream(() => new Promise(() => {}), async (url) => {
    const [text = ""] = await scrapes({ url }, { timeoutSeconds: 1 });
    assert.equal(aboutBackups(text), "");
    assert.match(text, /^{{name}}_scrape_collector_success\{collector="backups"\} 0$/m);
  });
});

/** Scrapes the exporter some times. It begins to collect with the first. */
async function scrapes(settings: object, { count = 1, timeoutSeconds = 10 } = {}): Promise<string[]> {
  const scraped = handler(served.exporter, { settings });
  const texts: string[] = [];
  try {
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutSeconds) };
    while (texts.length < count) {
      const answer = await scraped.fetch(new Request("http://localhost/metrics", { headers }));
      assert.equal(answer.status, 200);
      texts.push(await answer.text());
    }
    return texts;
  } finally {
    await scraped.close();
  }
}

/** The lines of the exporter's own metrics. */
function aboutBackups(text: string): string {
  return text.replace(/^(?!(?:# \w+ )?{{name}}_backup_).*\n/gm, "");
}
