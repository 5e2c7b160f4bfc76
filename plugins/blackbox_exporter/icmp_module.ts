import * as v from "valibot";
import { addressing, off, source } from "./schemas.ts";

/** The schema of `icmp` in a module. */
export const icmpModule = v.object({
  ...addressing,
  ...source,
  payload_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_507)), 0),
  dont_fragment: off,
  ttl: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)), 0),
});

/** `icmp` of a module. */
export type IcmpModule = v.InferOutput<typeof icmpModule>;
