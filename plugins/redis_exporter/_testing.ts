import { readFileSync } from "node:fs";
import { type Collector, defineExporter, handler } from "@exporterkit/core";
import type * as v from "valibot";
import { type Commands, type Redis, RefusedError, type Reply } from "./redis.ts";
import { held } from "./self.ts";
import { settings as schema } from "./settings.ts";

/** What a fake server answers, by the words of the command; an error is thrown. */
export type Answers = Readonly<Record<string, Reply | Error>>;

/** A captured answer. */
export function testdata(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
}

/** An error with which Redis answers. */
export function refused(answer: string): RefusedError {
  return new RefusedError(`Redis refuses it: ${answer}`, answer);
}

/** A server that answers as it was told, and notes what it was asked; what it was not told is an error. */
export function fakeRedis(
  answers: Answers,
  facts: { readonly mode?: string; readonly databases?: number } = {},
): Redis & { readonly asked: string[] } {
  const asked: string[] = [];
  const send: Commands["send"] = (command) => {
    const words = command.join(" ");
    asked.push(words);
    const answer = Object.hasOwn(answers, words) ? answers[words] : refused(`ERR unknown command '${words}'`);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? null);
  };
  return {
    asked,
    send,
    mode: () => Promise.resolve(facts.mode ?? "standalone"),
    databases: () => Promise.resolve(facts.databases ?? 16),
    withConnection: (use) => use({ send }),
    connectSeconds: 0.25,
    pingSeconds: 0.125,
  };
}

/**
 * The samples that one scrape of a collector exposes, without those of the exporter about itself.
 *
 * @throws Whatever the collector throws.
 */
export async function samples(
  // deno-lint-ignore no-explicit-any
  collector: Collector<any, Redis, any, any>,
  redis: Redis,
  settings: v.InferInput<typeof schema> = {},
): Promise<string[]> {
  let failure: unknown;
  const exporter = defineExporter({
    name: "redis",
    version: "0.0.0",
    port: 9121,
    settings: schema,
    metrics: held,
    open: () => redis,
    collectors: {
      tested: {
        ...collector,
        enabled: true,
        async collect(context) {
          try {
            await collector.collect(context);
          } catch (error) {
            failure = error;
            throw error;
          }
        },
      },
    },
  });
  const answer = await handler(exporter, { settings }).fetch(new Request("http://localhost/metrics"));
  const lines = (await answer.text()).split("\n");
  if (failure !== undefined) throw failure;
  return lines.filter((line) =>
    /^redis_(?!scrape_|exporter_build|exporter_scrape|exporter_last_scrape_duration|target_scrape|up )/.test(line)
  );
}
