import { parse } from "valibot";
import type { Exporter } from "../exporter/definition.ts";
import type { RunningExporter } from "../exporter/running_exporter.ts";
import { createHandler, type Handler } from "../http/handler.ts";
import { createLogger } from "../log/logger.ts";
import type { HistogramKind } from "../model/description.ts";
import type { Bindings } from "../settings/bindings.ts";
import type { Problem } from "../settings/given.ts";
import { readBindingOptions } from "./binding_options.ts";
import { handlerOptionsOf, platformOptionsOf } from "./handler_options.ts";
import { announceableOf, ownTargetGroups } from "./own_target_groups.ts";
import type { Platform } from "./platform.ts";
import { start } from "./start.ts";

/** What the file of an exporter says of how it is served. */
interface Given {
  readonly settings?: unknown;
  readonly histograms?: HistogramKind;
  readonly probeAllow?: readonly string[];
}

/** An exporter that lives. */
export interface Live {
  readonly running: RunningExporter;
  readonly answer: Handler;
}

/** Why one does not, to whoever asks. */
export interface Refusal {
  readonly reason: string;
  readonly answer: Handler;
}

/** Starts an exporter that nothing but its own file tells anything. */
export function startServed(exporter: Exporter, platform: Platform, given: Given): Live {
  const { settings = {}, histograms, probeAllow } = given;
  const own = exporter.settings === undefined ? {} : parse(exporter.settings, settings);
  const running = start(exporter, platform, { settings: own, histograms, probeAllow });
  const sd = (request: Request) => ownTargetGroups({ exporter: exporter.name }, request);
  return { running, answer: createHandler(running, { ...platformOptionsOf(platform), sd }) };
}

/** Starts an exporter with what the bindings of a Worker say; the file's own settings win over those. */
export function startBound(
  exporter: Exporter,
  platform: Platform,
  { bindings, ...given }: Given & { readonly bindings: Bindings },
): Live | Refusal {
  const isGiven = given.settings !== undefined;
  const read = readBindingOptions(isGiven ? withoutSettings(exporter) : exporter, bindings);
  if ("problems" in read) return refuse(exporter, platform, read.problems);
  const { options: { common, enabled } } = read;
  if (common.web.config.file !== "") {
    const instead = "expected WEB_BEARER_TOKEN or WEB_BASIC_AUTH_USERS, which say who is answered";
    return refuse(exporter, platform, [`web.config.file: there are no files on Workers, ${instead}`]);
  }
  const settings = isGiven && exporter.settings !== undefined
    ? parse(exporter.settings, given.settings)
    : read.options.settings;
  const probeAllow = given.probeAllow ?? common.probe?.allow ?? [];
  const problems = exporter.probe?.problems(settings, probeAllow) ?? [];
  if (problems.length > 0) return refuse(exporter, platform, problems);
  const running = start(exporter, platform, {
    settings,
    enabled,
    probeAllow,
    histograms: given.histograms ?? common.metrics.histograms,
    store: platform.sampleStore?.(bindings),
    log: createLogger({ write: platform.printError, ...common.log }),
  });
  const announceable = announceableOf(exporter, common);
  const sd = (request: Request) => ownTargetGroups(announceable, request);
  return { running, answer: createHandler(running, { ...handlerOptionsOf(platform, common), sd }) };
}

/** An exporter as bindings see it that its file has given settings to: no others are read, and nothing is made of none. */
function withoutSettings({ probe, ...exporter }: Exporter): Exporter {
  return { ...exporter, settings: undefined, probe: probe && { ...probe, problems: () => [] } };
}

/** A Worker with wrong settings serves nothing; the log says why, once per isolate. */
function refuse({ name }: Exporter, platform: Platform, problems: readonly Problem[]): Refusal {
  const reason = `Cannot serve exporter "${name}": its settings are wrong, see the log`;
  problems.forEach((problem) => platform.printError(problem));
  return { reason, answer: () => Promise.resolve(new Response(`${reason}\n`, { status: 500 })) };
}
