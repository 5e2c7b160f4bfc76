import { defineCollector, gauge } from "@exporterkit/core";
import { listMatching, readAttribute } from "./_attribute.ts";
import { decimal } from "./_number.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Files that hold a plain number, and how their metrics are called. */
const PLAIN: Readonly<Record<string, string>> = {
  authentic: "authentic",
  calibrate: "calibrate",
  capacity: "capacity",
  capacity_alert_max: "capacity_alert_max",
  capacity_alert_min: "capacity_alert_min",
  cycle_count: "cyclecount",
  online: "online",
  present: "present",
  time_to_empty_now: "time_to_empty_seconds",
  time_to_full_now: "time_to_full_seconds",
};

/** Files that hold tenths of a degree Celsius. */
const TENTHS: Readonly<Record<string, string>> = {
  temp: "temp_celsius",
  temp_alert_max: "temp_alert_max_celsius",
  temp_alert_min: "temp_alert_min_celsius",
  temp_ambient: "temp_ambient_celsius",
  temp_ambient_max: "temp_ambient_max_celsius",
  temp_ambient_min: "temp_ambient_min_celsius",
  temp_max: "temp_max_celsius",
  temp_min: "temp_min_celsius",
};

/** Files that hold millionths of a volt, an ampere, a watt, an ampere-hour or a watt-hour. */
const MILLIONTHS: Readonly<Record<string, string>> = {
  charge_control_limit: "charge_control_limit",
  charge_control_limit_max: "charge_control_limit_max",
  charge_counter: "charge_counter",
  charge_empty: "charge_empty",
  charge_empty_design: "charge_empty_design",
  charge_full: "charge_full",
  charge_full_design: "charge_full_design",
  charge_now: "charge_ampere",
  charge_term_current: "charge_term_current",
  constant_charge_current: "constant_charge_current",
  constant_charge_current_max: "constant_charge_current_max",
  constant_charge_voltage: "constant_charge_voltage",
  constant_charge_voltage_max: "constant_charge_voltage_max",
  current_boot: "current_boot",
  current_max: "current_max",
  current_now: "current_ampere",
  energy_empty: "energy_empty",
  energy_empty_design: "energy_empty_design",
  energy_full: "energy_full",
  energy_full_design: "energy_full_design",
  energy_now: "energy_watthour",
  input_current_limit: "input_current_limit",
  power_now: "power_watt",
  precharge_current: "precharge_current",
  voltage_boot: "voltage_boot",
  voltage_max: "voltage_max",
  voltage_max_design: "voltage_max_design",
  voltage_min: "voltage_min",
  voltage_min_design: "voltage_min_design",
  voltage_now: "voltage_volt",
  voltage_ocv: "voltage_ocv",
};

/** Files that hold a word or a name, which become labels of `node_power_supply_info`. */
const WORDS = [
  "capacity_level",
  "charge_type",
  "health",
  "manufacturer",
  "model_name",
  "scope",
  "serial_number",
  "status",
  "technology",
  "type",
  "usb_type",
];

const NUMBERS = new Map<string, { metric: string; divisor: number }>(
  ([[PLAIN, 1], [TENTHS, 10], [MILLIONTHS, 1_000_000]] as const).flatMap(([files, divisor]) =>
    Object.entries(files).map(([file, metric]) => [file, { metric, divisor }] as const)
  ),
);

/** Collects the state of batteries and of other sources of power. */
export function powersupplyclass(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Batteries and other sources of power.",
    async collect({ settings, family }) {
      const folder = `${settings.path.sysfs}/class/power_supply`;
      const { ignoredSupplies } = settings.collector.powersupply;
      const names = (await listMatching(host, { path: folder, name: /./ })).filter((name) =>
        !ignoredSupplies.test(name)
      );
      const supplies = await Promise.all(names.map((name) => readSupply(host, `${folder}/${name}`)));
      for (const { supply: power_supply, files } of supplies) {
        if (files.size === 0) continue;
        for (const { file, metric, value } of parseSupplyNumbers(files)) {
          const help = `Field ${file} of the power supply, from /sys/class/power_supply.`;
          family(gauge(`node_power_supply_${metric}`, help, ["power_supply"])).set({ power_supply }, value);
        }
        const words = Object.fromEntries([...files].filter(([file]) => WORDS.includes(file)));
        family(gauge("node_power_supply_info", INFO_HELP, INFO_LABELS)).set({ ...words, power_supply }, 1);
      }
    },
  });
}

const INFO_HELP = "Kind, maker and state of the power supply, from /sys/class/power_supply.";
const INFO_LABELS: readonly string[] = [...WORDS, "power_supply"].sort();

interface Supply {
  readonly supply: string;
  /** What its files hold, by their names. */
  readonly files: ReadonlyMap<string, string>;
}

async function readSupply(host: Host, folder: string): Promise<Supply> {
  const names = await listMatching(host, { path: folder, name: /./ });
  const known = names.filter((name) => NUMBERS.has(name) || WORDS.includes(name));
  const texts = await Promise.all(known.map((name) => readAttribute(host, `${folder}/${name}`)));
  const files = new Map<string, string>();
  known.forEach((name, i) => {
    if (texts[i] !== undefined) files.set(name, texts[i]);
  });
  return { supply: folder.slice(folder.lastIndexOf("/") + 1), files };
}

/** The numbers among what a power supply's files hold, in whole units. */
export function parseSupplyNumbers(
  files: ReadonlyMap<string, string>,
): { file: string; metric: string; value: number }[] {
  return [...files].flatMap(([file, text]) => {
    const number = NUMBERS.get(file);
    const value = decimal(text);
    if (number === undefined || Number.isNaN(value)) return [];
    return [{ file, metric: number.metric, value: value / number.divisor }];
  });
}
