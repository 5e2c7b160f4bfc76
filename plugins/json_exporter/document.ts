import { defineProbeCollector, gauge } from "@exporterkit/core";
import type { BodyTemplate } from "./body_template.ts";
import { extract, type Extracted } from "./extract.ts";
import { describe } from "./families.ts";
import { graphqlErrors } from "./graphql_errors.ts";
import { send } from "./http_client.ts";
import { type Json, parseJson } from "./json.ts";
import type { JsonAuthModule, JsonModule, JsonSettings } from "./settings.ts";

const TEXT = new TextEncoder();
/** So many reasons stand in the log at once. */
const MOST_REASONS = 5;

/** Asks a target for its document, and reads the module's metrics out of it. */
export const document = defineProbeCollector<JsonSettings, JsonModule, JsonAuthModule>()({
  help: "The JSON document of a target.",
  metrics: {
    failures: gauge(
      "json_metric_failures",
      "How often something could not be read out of the answer, by the metric of the module that lacks it.",
      ["metric"],
    ),
  },
  async collect({ target, module, auth, parameters, metrics, family, fetch, signal, now, log, fail }) {
    const answer = await send(
      { url: urlOf(target), headers: await headersOf(module), body: bodyOf(module, { parameters, now }) },
      auth ?? module.httpClientConfig,
      { fetch, signal },
    );
    checkStatus(answer, module.validStatusCodes);
    if (module.families.length === 0) return;
    const json = await readJson(answer);
    const errors = graphqlErrors(json);
    const extracted = extract(module.families, json);
    for (const { family: { name, ...rest }, samples, problems } of extracted) {
      metrics.failures.set({ metric: name }, problems.length);
      if (samples.length === 0) continue;
      // Whether labels come first is known only now.
      const instrument: { set(...args: unknown[]): void } = family(describe({ name, ...rest }));
      for (const { labels, value, timestampMs } of samples) {
        const series = rest.labelNames.length === 0 ? [] : [labels];
        instrument.set(...series, value, timestampMs === undefined ? {} : { timestampMs });
      }
    }
    const reasons = reasonsOf(extracted);
    if (errors.length > 0) reasons.unshift(`the API answers with errors: ${errors.slice(0, MOST_REASONS).join("; ")}`);
    if (reasons.length === 0) return;
    const warning = `Cannot read all metrics: ${reasons.join("; ")}`;
    log.warn(warning);
    // Part of the metrics is still true; none at all is another API than the module is for.
    if (errors.length > 0 || extracted.every(({ samples }) => samples.length === 0)) fail(warning);
  },
});

/** A target is a URL, or one without `http://`. */
function urlOf(target: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(target) ? target : `http://${target}`;
}

async function headersOf({ headers }: JsonModule): Promise<Headers> {
  const all = new Headers();
  for (const [name, value] of headers) all.append(name, typeof value === "string" ? value : await value.read());
  if (!all.has("Accept")) all.set("Accept", "application/json");
  return all;
}

/** As bytes, so that `fetch` does not add the type of a text. */
function bodyOf(
  { body = "" }: JsonModule,
  options: Parameters<BodyTemplate["render"]>[0],
): Uint8Array<ArrayBuffer> | undefined {
  if (body === "") return undefined;
  return TEXT.encode(typeof body === "string" ? body : body.render(options));
}

function checkStatus({ status, statusText }: Response, valid: readonly number[]): void {
  if (valid.length === 0 ? status >= 200 && status < 300 : valid.includes(status)) return;
  const expected = valid.length === 0 ? "2xx" : valid.join(", ");
  throw new Error(`Cannot use the answer: its status is ${`${status} ${statusText}`.trim()}, expected ${expected}`);
}

async function readJson(answer: Response): Promise<Json> {
  const text = await answer.text();
  try {
    return parseJson(text);
  } catch (error) {
    const type = answer.headers.get("Content-Type") ?? "unknown";
    throw new SyntaxError(`Cannot read the answer of type ${type} as JSON`, { cause: error });
  }
}

/** Each reason once, with the metric and how often. */
function reasonsOf(extracted: readonly Extracted[]): string[] {
  const counts = new Map<string, number>();
  for (const { family: { name }, problems } of extracted) {
    for (const problem of problems) {
      const reason = `${name}: ${problem}`;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  const reasons = [...counts].map(([reason, count]) => count === 1 ? reason : `${reason} (${count} times)`);
  const more = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), ...more > 0 ? [`${more} more`] : []];
}
