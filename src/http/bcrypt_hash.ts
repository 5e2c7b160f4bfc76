/** Compares a password with a bcrypt hash, as `compare` of `bcryptjs` does. */
export type CompareHash = (password: string, hash: string) => Promise<boolean>;

/**
 * The costs that are accepted. Each step doubles the time: at the highest, a comparison takes about a second, in which
 * whoever sends wrong passwords keeps the exporter busy.
 */
export const COSTS = { least: 4, most: 14 } as const;

/** The cost of a bcrypt hash, or `undefined` if the text is none. */
export function bcryptCost(hash: string): number | undefined {
  const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1];
  return cost === undefined ? undefined : Number(cost);
}

/** A hash that no password has, for users that do not exist: comparing with it takes as long as with a real one. */
export function hashOfNobody(cost: number): string {
  return `$2b$${String(cost).padStart(2, "0")}$${"nobody".repeat(9).slice(0, 53)}`;
}
