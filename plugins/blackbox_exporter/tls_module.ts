import { secret } from "@exporterkit/core";
import * as v from "valibot";
import { off } from "./schemas.ts";

const version = v.optional(v.picklist(["TLS10", "TLS11", "TLS12", "TLS13"]));

/** The schema of `tls_config`. Its files are read by each probe, so that certificates can be replaced. */
export const tlsConfig = v.object({
  ca: v.optional(v.string()),
  ca_file: v.optional(v.string()),
  cert: v.optional(v.string()),
  cert_file: v.optional(v.string()),
  key: v.optional(secret()),
  key_file: v.optional(v.string()),
  server_name: v.optional(v.string(), ""),
  insecure_skip_verify: off,
  min_version: version,
  max_version: version,
});

/** `tls_config` of a module. */
export type TlsConfig = v.InferOutput<typeof tlsConfig>;
