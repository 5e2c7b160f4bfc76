import { guardFromConfig } from "../http/web_guard.ts";
import type { WebConfig, WebConfigProblem } from "../http/web_config.ts";
import { errorText, type Logger } from "../log/logger.ts";
import type { ProgramPlatform, Web } from "./platform.ts";
import { unsupportedFields } from "./tls_support.ts";
import type { WebConfigFile, WebConfigSource } from "./web_config_file.ts";

type WebOptions = Parameters<ProgramPlatform["openWeb"]>[1];

/**
 * Reads a web configuration, for the first time of many: users, headers and certificates are read again while it is used.
 *
 * @throws {WebConfigError} If the file cannot be read, is wrong, or asks for what the runtime cannot do.
 */
export async function openWeb(source: WebConfigSource, options: WebOptions): Promise<Web> {
  const { platform, log } = options;
  // Imported here, so that exporters without such a file neither load it nor wait for it.
  const [{ WebConfigFile }, { parseYaml }, { compare }] = await Promise.all([
    import("./web_config_file.ts"),
    import("./web_config_yaml.ts"),
    import("bcryptjs"),
  ]);
  const unsupported = (config: WebConfig) => unsupportedOn(platform, config);
  const file = new WebConfigFile(source, { parse: parseYaml, unsupported });
  const config = file.read();
  const isTls = config.tls !== undefined;
  const listen = isTls ? await tlsListen(file, options) : platform.listen;
  log.info(isTls ? "TLS is enabled" : "TLS is disabled", { http2: isTls && config.http2 });
  const guard = guardFromConfig({ config: watched(file, log), compare, now: () => performance.now(), log });
  return { scheme: isTls ? "https" : "http", guard, listen };
}

function unsupportedOn({ name, tls: support }: ProgramPlatform, { tls }: WebConfig): WebConfigProblem[] {
  return tls === undefined ? [] : unsupportedFields(tls, { runtime: name, support });
}

async function tlsListen(file: WebConfigFile, { platform, log }: WebOptions): Promise<Web["listen"]> {
  const support = platform.tls;
  const [{ TlsSettingsReader }, { listenWithTls }] = await Promise.all([
    import("./tls_settings.ts"),
    import("./tls_server.ts"),
  ]);
  const settings = new TlsSettingsReader(file, support);
  // What is wrong with certificate or key stops the start like the rest of the file.
  settings.read();
  const { http2 } = file.read();
  return (address, answer) => listenWithTls(address, answer, { settings, support, http2, log });
}

/** Reads the file for each request, and says in the log when that begins to fail, and what takes a restart. */
function watched(file: WebConfigFile, log: Logger): () => WebConfig {
  const atStart = file.read();
  let last = atStart;
  let trouble = "";
  return () => {
    try {
      const config = file.read();
      if (config !== last) warnOfRestart(atStart, config, log);
      if (trouble !== "") log.info("The web configuration can be used again");
      last = config;
      trouble = "";
      return config;
    } catch (error) {
      const text = errorText(error);
      if (text !== trouble) log.error("Requests get 500: the web configuration cannot be used", { error: text });
      trouble = text;
      throw error;
    }
  };
}

function warnOfRestart(atStart: WebConfig, now: WebConfig, log: Logger): void {
  const changed = {
    tls_server_config: (atStart.tls === undefined) !== (now.tls === undefined),
    "http_server_config.http2": atStart.http2 !== now.http2,
    rate_limit: JSON.stringify(atStart.rateLimit) !== JSON.stringify(now.rateLimit),
  };
  for (const [field, isChanged] of Object.entries(changed)) {
    if (isChanged) log.warn("A change of the web configuration counts after a restart", { field });
  }
}
