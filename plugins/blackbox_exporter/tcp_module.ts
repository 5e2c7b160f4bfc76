import * as v from "valibot";
import { addressing, off, regexp, source, text } from "./schemas.ts";
import { tlsConfig } from "./tls_module.ts";

/** The schema of `tcp` in a module. */
export const tcpModule = v.object({
  ...addressing,
  ...source,
  query_response: v.optional(
    v.array(v.object({
      expect: v.optional(regexp),
      send: v.optional(text, ""),
      starttls: off,
      labels: v.optional(v.array(v.object({ name: v.string(), value: text })), []),
    })),
    [],
  ),
  tls: off,
  tls_config: v.optional(tlsConfig, {}),
});

/** `tcp` of a module. */
export type TcpModule = v.InferOutput<typeof tcpModule>;
