/** The two messages of `grpc.health.v1.Health/Check`, each with the five bytes that gRPC puts before a message. */

/** What a service may report, by its number. */
export const SERVING_STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;

/** One of them. */
export type ServingStatus = typeof SERVING_STATUSES[number];

const PREFIX_BYTES = 5;
/** Field 1 of a text, and of a number. */
const SERVICE_TAG = 0x0a;
const STATUS_TAG = 0x08;

/** `HealthCheckRequest { service }`, for a name of less than 128 bytes. */
export function encodeHealthRequest(service: string): Uint8Array {
  const name = new TextEncoder().encode(service);
  if (name.length > 127) throw new RangeError(`Cannot ask for service "${service}": its name is longer than 127 bytes`);
  const message = name.length === 0 ? [] : [SERVICE_TAG, name.length, ...name];
  return new Uint8Array([0, 0, 0, 0, message.length, ...message]);
}

/** The status of a `HealthCheckResponse`; the first one is left out on the wire. */
export function decodeHealth(bytes: Uint8Array): ServingStatus | undefined {
  if (bytes.length < PREFIX_BYTES) return undefined;
  return SERVING_STATUSES[bytes[PREFIX_BYTES] === STATUS_TAG ? bytes[PREFIX_BYTES + 1]! : 0];
}
