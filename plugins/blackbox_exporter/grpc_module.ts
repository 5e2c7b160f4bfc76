import * as v from "valibot";
import { addressing, off } from "./schemas.ts";
import { tlsConfig } from "./tls_module.ts";

/** The schema of `grpc` in a module. */
export const grpcModule = v.object({
  ...addressing,
  service: v.optional(v.string(), ""),
  tls: off,
  tls_config: v.optional(tlsConfig, {}),
});

/** `grpc` of a module. */
export type GrpcModule = v.InferOutput<typeof grpcModule>;
