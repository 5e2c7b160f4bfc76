import type { HandlerOptions } from "../http/handler.ts";
import type { CommonOptions } from "./common_settings.ts";
import type { Platform } from "./platform.ts";

/** How an exporter answers on a platform, as it was told. */
export function handlerOptionsOf(
  platform: Platform,
  { web, scrape, probe }: Pick<CommonOptions, "web" | "scrape" | "probe">,
): HandlerOptions {
  return {
    telemetryPath: web.telemetryPath,
    timeoutOffsetSeconds: scrape.timeoutOffset,
    strict: scrape.strict,
    strictProbes: probe?.strict,
    maxRequests: web.maxRequests === 0 ? Infinity : web.maxRequests,
    ...platformOptionsOf(platform),
  };
}

/** What a platform does its own way. */
export function platformOptionsOf({ pause, gzip, zstd, acceptEncoding }: Platform): HandlerOptions {
  return { pause, gzip, zstd, acceptEncoding };
}
