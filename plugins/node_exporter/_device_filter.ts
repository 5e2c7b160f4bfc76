import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** Which devices are wanted; the empty expression stands for none given. */
export interface DevicePatterns {
  readonly deviceInclude: RegExp;
  readonly deviceExclude: RegExp;
}

/** The settings `deviceInclude` and `deviceExclude` of a collector; see `notBoth`. */
export function deviceEntries(devices: string, { exclude = "" }: { exclude?: string } = {}) {
  return {
    deviceInclude: v.optional(
      regexp(`Regular expression of the ${devices} to include (mutually exclusive to device-exclude).`),
      "",
    ),
    deviceExclude: v.optional(
      regexp(`Regular expression of the ${devices} to exclude (mutually exclusive to device-include).`),
      exclude,
    ),
  };
}

/** Refuses both patterns at once; the default of `deviceExclude` gives way to `deviceInclude`. */
export function notBoth<Patterns extends DevicePatterns>({ exclude = "" }: { exclude?: string } = {}) {
  return v.check<Patterns, string>(
    ({ deviceInclude, deviceExclude }) =>
      isEmpty(deviceInclude) || isEmpty(deviceExclude) || deviceExclude.source === new RegExp(exclude).source,
    "Expected only one of device-include and device-exclude, found both",
  );
}

/** Says of a device's name whether it is wanted. */
export function deviceFilter({ deviceInclude, deviceExclude }: DevicePatterns): (device: string) => boolean {
  if (!isEmpty(deviceInclude)) return (device) => deviceInclude.test(device);
  if (isEmpty(deviceExclude)) return () => true;
  return (device) => !deviceExclude.test(device);
}

function isEmpty(expression: RegExp): boolean {
  return expression.source === "(?:)";
}
