import { handler } from "@exporterkit/core";
import served from "./exporter.ts";
import { withUpstream } from "./fake_upstream.ts";
{{testing}}

const EXPOSITION = `# HELP {{name}}_health_body_bytes Length of the answer.
# TYPE {{name}}_health_body_bytes gauge
{{name}}_health_body_bytes 7
# HELP {{name}}_health_status_code Status code of the answer.
# TYPE {{name}}_health_status_code gauge
{{name}}_health_status_code 200
`;

test("exposes what a target says", async () => {
  await withUpstream(() => new Response("healthy"), async (url) => {
    const text = await probe(url);
    assert.equal(aboutHealth(text), EXPOSITION);
    assert.match(text, /^probe_success 1$/m);
  });
});

test("shows what a target says that is not healthy, and that the probe failed", async () => {
  await withUpstream(() => new Response("no", { status: 503 }), async (url) => {
    const text = await probe(url);
    assert.match(text, /^{{name}}_health_status_code 503$/m);
    assert.match(text, /^probe_success 0$/m);
  });
});

test("answers in time when a target does not", async () => {
  await withUpstream(() => new Promise(() => {}), async (url) => {
    const text = await probe(url, { timeoutSeconds: 1 });
    assert.match(text, /^probe_success 0$/m);
    assert.match(text, /^{{name}}_scrape_collector_success\{collector="health"\} 0$/m);
  });
});

test("goes to no address of its own machine that nobody allowed", async () => {
  const probed = handler(served.exporter);
  const answer = await probed.fetch(new Request("http://localhost/probe?target=127.0.0.1:80"));
  assert.equal(answer.status, 403);
  await probed.close();
});

async function probe(target: string, { timeoutSeconds = 10 } = {}): Promise<string> {
  // The targets of tests are on this machine.
  const probed = handler(served.exporter, { probeAllow: [new URL(target).host] });
  try {
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutSeconds) };
    const answer = await probed.fetch(
      new Request(`http://localhost/probe?target=${encodeURIComponent(target)}`, { headers }),
    );
    assert.equal(answer.status, 200);
    return await answer.text();
  } finally {
    await probed.close();
  }
}

/** The lines about the target. */
function aboutHealth(text: string): string {
  return text.replace(/^(?!(?:# \w+ )?{{name}}_health_).*\n/gm, "");
}
