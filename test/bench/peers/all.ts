import process from "node:process";
import type { Peer } from "../_peer.ts";
import { openTelemetry } from "./open_telemetry.ts";
import { ours } from "./ours.ts";
import { descendants, ourFace, prom } from "./prom_clients.ts";

/** Every library, ours first. */
export const PEERS: readonly Peer[] = [ours, prom, ourFace, ...descendants, openTelemetry];

/** Those that `--peers=` names, or all. In one process they disturb each other, so fewer of them are timed more truly. */
export function chosenPeers(): readonly Peer[] {
  const names = process.argv.find((argument) => argument.startsWith("--peers="))?.slice("--peers=".length).split(",");
  return names === undefined ? PEERS : PEERS.filter(({ name }) => names.includes(name));
}

/** Finds a library by its name. */
export function peerNamed(name: string): Peer {
  const peer = PEERS.find((peer) => peer.name === name);
  if (peer === undefined) throw new RangeError(`Cannot find peer "${name}"`);
  return peer;
}
