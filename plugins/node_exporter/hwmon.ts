import { counter, defineCollector, gauge } from "@exporterkit/core";
import { linesOf } from "./_lines.ts";
import { decimal } from "./_number.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The kinds of sensors that are exposed. */
const KINDS = [
  "vrm",
  "beep_enable",
  "update_interval",
  "in",
  "cpu",
  "fan",
  "pwm",
  "temp",
  "curr",
  "power",
  "energy",
  "humidity",
  "intrusion",
];

const labelNames = ["chip", "sensor"] as const;

/** Reports what hardware monitoring chips measure. */
export function hwmon(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Temperatures, voltages, fans and other sensors of monitoring chips, from /sys/class/hwmon.",
    metrics: {
      chipNames: gauge(
        "node_hwmon_chip_names",
        "What the chip calls itself, from name of /sys/class/hwmon/<chip>, of value 1.",
        ["chip", "chip_name"],
      ),
      sensorLabel: gauge(
        "node_hwmon_sensor_label",
        "What the chip calls the sensor, from <sensor>_label of /sys/class/hwmon/<chip>, of value 1.",
        ["chip", "sensor", "label"],
      ),
    },
    async collect({ settings, metrics, family }) {
      const folder = `${settings.path.sysfs}/class/hwmon`;
      for (const entry of await ifReadable(host.list(folder)) ?? []) {
        const found = await readChip(host, `${folder}/${entry}`);
        if (found === undefined) continue;
        const chip = chipLabel(found.path, found.device);
        const chipName = clean(found.files.get("name") ?? "");
        if (chipName !== "") metrics.chipNames.set({ chip, chip_name: chipName }, 1);
        for (const [sensor, { kind, elements }] of parseSensors(found.files)) {
          const label = elements.get("label");
          if (label !== undefined) metrics.sensorLabel.set({ chip, sensor, label }, 1);
          for (const reading of readings(kind, elements)) {
            const { type, name, help, value } = reading;
            if (type === "counter") family(counter(name, help, labelNames)).set({ chip, sensor }, value);
            else family(gauge(name, help, labelNames)).set({ chip, sensor }, value);
          }
        }
      }
    },
  });
}

/** A sensor: its kind, as in `temp`, and its files' texts by what follows the name, as in `input`. */
export interface Sensor {
  readonly kind: string;
  readonly elements: Map<string, string>;
}

/** Sorts a chip's files by sensor: `temp1_max` is element `max` of sensor `temp1`. */
export function parseSensors(files: ReadonlyMap<string, string>): Map<string, Sensor> {
  const sensors = new Map<string, Sensor>();
  for (const [file, text] of files) {
    const name = sensorFile(file);
    if (name === undefined) continue;
    const { kind, number, element } = name;
    const key = `${kind}${number}`;
    const sensor = sensors.get(key) ?? { kind, elements: new Map<string, string>() };
    sensors.set(key, sensor);
    sensor.elements.set(element, linesOf(text)[0] ?? "");
  }
  return sensors;
}

/** One number of a sensor, as it is exposed. */
export interface Reading {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly value: number;
}

/** Gives the numbers of a sensor their names and base units, as node_exporter does. What is no number is left out. */
export function readings(kind: string, elements: ReadonlyMap<string, string>): Reading[] {
  if (kind === "beep_enable") {
    const value = elements.get("") === "1" ? 1 : 0;
    return [{ name: "node_hwmon_beep_enabled", type: "gauge", help: sourceHelp("beep_enable"), value }];
  }
  const all: Reading[] = [];
  for (const [element, text] of elements) {
    const raw = decimal(text.trim());
    if (element === "label" || Number.isNaN(raw)) continue;
    const shape = shapeOf(kind, { element, bare: elements.has("") });
    all.push({ name: shape.name, type: shape.type ?? "gauge", help: shape.help, value: raw * (shape.factor ?? 1) });
  }
  return all;
}

interface Shape {
  readonly name: string;
  readonly help: string;
  readonly factor?: number;
  readonly type?: "counter";
}

function shapeOf(kind: string, { element, bare }: { element: string; bare: boolean }): Shape {
  if (kind === "vrm") return { name: "node_hwmon_voltage_regulator_version", help: sourceHelp("vrm") };
  if (kind === "update_interval") {
    return { name: "node_hwmon_update_interval_seconds", help: sourceHelp("update_interval"), factor: 0.001 };
  }
  // `input` is the value itself, unless there is a file without any element.
  const suffix = element === "" || element === "input" && !bare ? "" : `_${clean(element)}`;
  const name = `node_hwmon_${kind}${suffix}`;
  // One family has one help, whichever of its files a chip has.
  const help = sourceHelp(suffix === "" && kind !== "pwm" ? `${kind}<n>_input` : `${kind}<n>${suffix}`);
  if (element === "fault" || element === "alarm") return { name, help };
  if (element === "beep") return { name: `${name}_enabled`, help };
  if (kind === "in" || kind === "cpu") return { name: `${name}_volts`, help, factor: 0.001 };
  if (kind === "temp" && element !== "type") return { name: `${name}_celsius`, help, factor: 0.001 };
  if (kind === "curr") return { name: `${name}_amps`, help, factor: 0.001 };
  if (kind === "energy") return { name: `${name}_joule_total`, help, factor: 1e-6, type: "counter" };
  if (kind === "power" && element === "accuracy") return { name, help, factor: 1e-6 };
  if (kind === "power" && /^average_interval(_min|_max)?$/.test(element)) {
    return { name: `${name}_seconds`, help, factor: 0.001 };
  }
  if (kind === "power") return { name: `${name}_watt`, help, factor: 1e-6 };
  if (kind === "humidity") return { name, help, factor: 1e-6 };
  if (kind === "fan" && /^(input|min|max|target)$/.test(element)) return { name: `${name}_rpm`, help };
  return { name, help };
}

/**
 * A name for a chip that stays the same when drivers are loaded in another order.
 *
 * @param path The chip's own folder, all links followed.
 * @param device The folder of the device it belongs to, if it has one.
 */
export function chipLabel(path: string, device: string | undefined): string {
  if (device !== undefined) {
    const [type, name] = device.split("/").slice(-2).map(clean);
    const label = [type, name].filter((part) => part !== undefined && part !== "").join("_");
    if (name !== undefined && name !== "") return label;
  }
  return clean(path.split("/").at(-1)!);
}

/** Follows a link by its text alone: `/sys/class/hwmon/hwmon0` and `../../devices/x` is `/sys/devices/x`. */
export function followLink(path: string, target: string): string {
  if (target.startsWith("/")) return target;
  const parts = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

interface Chip {
  readonly path: string;
  readonly device: string | undefined;
  readonly files: Map<string, string>;
}

async function readChip(host: Host, entry: string): Promise<Chip | undefined> {
  const link = await ifReadable(host.readLink(entry));
  const path = link === undefined ? entry : followLink(entry, link);
  const names = await ifReadable(host.list(path));
  if (names === undefined) return undefined;
  const files = await readSensorFiles(host, path, { names });
  const name = await ifReadable(host.readText(`${path}/name`));
  if (name !== undefined) files.set("name", name);
  const deviceEntry = `${path}/device`;
  const deviceNames = names.includes("device") ? await ifReadable(host.list(deviceEntry)) : undefined;
  if (deviceNames === undefined) return { path, device: undefined, files };
  // Old drivers keep the sensors with the device.
  for (const [file, text] of await readSensorFiles(host, deviceEntry, { names: deviceNames })) files.set(file, text);
  const deviceLink = await ifReadable(host.readLink(deviceEntry));
  return { path, device: deviceLink === undefined ? deviceEntry : followLink(deviceEntry, deviceLink), files };
}

async function readSensorFiles(
  host: Host,
  folder: string,
  { names }: { names: readonly string[] },
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of names) {
    if (sensorFile(name) === undefined) continue;
    // A sensor that does not answer now is an error of that file alone.
    const text = await ifReadable(host.readText(`${folder}/${name}`));
    if (text !== undefined) files.set(name, text);
  }
  return files;
}

function sensorFile(file: string): { kind: string; number: number; element: string } | undefined {
  const { kind, number, element } = /^(?<kind>[^0-9]+)(?<number>[0-9]*)(?:_(?<element>.+))?$/.exec(file)?.groups ?? {};
  if (kind === undefined || !KINDS.includes(kind)) return undefined;
  return { kind, number: Number(number), element: element ?? "" };
}

function clean(name: string): string {
  return name.trim().toLowerCase().replace(/[^a-z0-9:_]/g, "_").replace(/^_+|_+$/g, "");
}

function sourceHelp(file: string): string {
  return `What a hardware monitoring chip reports, from /sys/class/hwmon/<chip>/${file}.`;
}
