import type { RateLimit } from "./web_config.ts";

/** Says of each request whether it is still within the limit. */
export type RateLimiter = () => boolean;

/**
 * Makes a token bucket, as `golang.org/x/time/rate`: it begins full, and every interval brings one token.
 *
 * @param now A clock that never goes back, in milliseconds.
 */
export function createRateLimiter({ intervalMs, burst }: RateLimit, now: () => number): RateLimiter {
  let tokens = burst;
  let last = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + (time - last) / intervalMs);
    last = time;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
