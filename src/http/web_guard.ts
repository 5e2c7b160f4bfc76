import type { Logger } from "../log/logger.ts";
import { createBasicAuth } from "./basic_auth.ts";
import type { CompareHash } from "./bcrypt_hash.ts";
import type { Guard } from "./guard.ts";
import { createRateLimiter } from "./rate_limiter.ts";
import { refusal } from "./refusal.ts";
import type { WebConfig } from "./web_config.ts";

/** What a guard needs. */
export interface WebGuardOptions {
  /**
   * Reads the configuration, for every request; its rate limit is taken once. What it throws is answered with 500; whoever
   * gives it says why in the log.
   */
  readonly config: () => WebConfig;
  /** Compares passwords. */
  readonly compare: CompareHash;
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Makes the guard with the rules of a web configuration, in the order of exporter-toolkit: the configuration is read, the
 * rate limited, headers set, and only then passwords compared.
 */
export function guardFromConfig(options: WebGuardOptions): Guard {
  const { config, compare, now, log } = options;
  const { rateLimit } = config();
  const isWithinLimit = rateLimit === undefined ? () => true : createRateLimiter(rateLimit, now);
  const checkPassword = createBasicAuth(compare);
  async function refused(request: Request, users: WebConfig["users"]): Promise<Response | undefined> {
    if (users.size === 0) return undefined;
    try {
      return await checkPassword(request, users);
    } catch (error) {
      log.error("Cannot compare a password", { error });
      return refusal(500);
    }
  }
  return (answer) => async (request) => {
    const current = readOr(config);
    if (current === undefined) return refusal(500);
    if (!isWithinLimit()) return refusal(429);
    const response = await refused(request, current.users) ?? await answer(request);
    for (const [name, value] of current.headers) response.headers.set(name, value);
    return response;
  };
}

function readOr(config: () => WebConfig): WebConfig | undefined {
  try {
    return config();
  } catch {
    return undefined;
  }
}
