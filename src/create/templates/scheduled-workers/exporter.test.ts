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

test("exposes what the API said last, and asks it once per trigger", async () => {
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

test("gives up in time when the API does not answer", async () => {
  await withUpstream(() => new Promise(() => {}), async (url) => {
    const [text = ""] = await scrapes({ url }, { timeout: "1s" });
    assert.equal(aboutBackups(text), "");
    assert.match(text, /^{{name}}_scrape_collector_success\{collector="backups"\} 0$/m);
  });
});

/** Lets a cron trigger come, and scrapes some times. */
async function scrapes(settings: object, { count = 1, timeout = "10s" } = {}): Promise<string[]> {
  const collectors = { backups: { ...served.exporter.collectors.backups!, timeout } };
  const scraped = handler({ ...served.exporter, collectors }, { settings });
  const bindings = { EXPORTERKIT_STORE: emptyStore() };
  const texts: string[] = [];
  try {
    await scraped.scheduled({ scheduledTime: Date.now() }, bindings);
    while (texts.length < count) {
      const answer = await scraped.fetch(new Request("http://localhost/metrics"), bindings);
      assert.equal(answer.status, 200);
      texts.push(await answer.text());
    }
    return texts;
  } finally {
    await scraped.close();
  }
}

/** What the exporter uses of a KV namespace. */
function emptyStore() {
  const values = new Map<string, Uint8Array>();
  return {
    get: (key: string) => Promise.resolve(values.get(key)?.slice().buffer ?? null),
    put: (key: string, value: Uint8Array) => Promise.resolve(void values.set(key, value.slice())),
  };
}

/** The lines of the exporter's own metrics. */
function aboutBackups(text: string): string {
  return text.replace(/^(?!(?:# \w+ )?{{name}}_backup_).*\n/gm, "");
}
