import type { RedisSettings } from "./settings.ts";

/** What a request for a probe calls each list of keys. */
const PARAMETERS = {
  checkKeys: "check-keys",
  checkSingleKeys: "check-single-keys",
  checkStreams: "check-streams",
  checkSingleStreams: "check-single-streams",
  countKeys: "count-keys",
} as const;

/** The lists of keys that somebody wants to see. */
export type WantedKeys = Pick<RedisSettings, keyof typeof PARAMETERS>;

/** The query parameters that {@link wantedKeys} reads. */
export const KEY_PARAMETERS: readonly string[] = Object.values(PARAMETERS);

/** The lists of the settings; in a probe, those that its request has come before them. */
export function wantedKeys({ settings, parameters = {} }: {
  readonly settings: RedisSettings;
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
}): WantedKeys {
  const asked = Object.entries(PARAMETERS).flatMap(([name, parameter]) => {
    const text = parameters[parameter]?.[0] ?? "";
    return text === "" ? [] : [[name, text]];
  });
  return { ...settings, ...Object.fromEntries(asked) };
}
