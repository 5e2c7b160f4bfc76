import { counter, defineCollector, gauge } from "@exporterkit/core";
import type { Host, TimexStatus } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The state of a clock that nothing keeps in step (`TIME_ERROR`). */
const UNSYNCHRONIZED = 5;
/** The status bit of a clock that counts in nanoseconds (`STA_NANO`). */
const NANOSECONDS = 0x2000;
/** Frequencies are parts per million, with 16 bits behind the point. */
const FREQUENCY_SCALE = 1_000_000 * 65_536;
const MICROSECONDS_PER_SECOND = 1_000_000;
const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** Collects how the kernel keeps the clock in step. For hosts that have `adjtimex` only. */
export function timex(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "How the kernel keeps the clock in step.",
    metrics: {
      offset: gauge("node_timex_offset_seconds", "How far the clock is from its reference, from adjtimex(2)."),
      frequency: gauge(
        "node_timex_frequency_adjustment_ratio",
        "How much faster than its hardware the clock is made to run, from adjtimex(2).",
      ),
      maxerror: gauge("node_timex_maxerror_seconds", "Bound of the clock's error, from adjtimex(2)."),
      esterror: gauge("node_timex_estimated_error_seconds", "Estimate of the clock's error, from adjtimex(2)."),
      status: gauge("node_timex_status", "Status bits of the clock, from adjtimex(2)."),
      constant: gauge("node_timex_loop_time_constant", "Time constant of the phase-locked loop, from adjtimex(2)."),
      tick: gauge("node_timex_tick_seconds", "Time between two ticks of the clock, from adjtimex(2)."),
      ppsFrequency: gauge("node_timex_pps_frequency_hertz", "Frequency of the pulse per second, from adjtimex(2)."),
      ppsJitter: gauge("node_timex_pps_jitter_seconds", "Jitter of the pulse per second, from adjtimex(2)."),
      ppsShift: gauge("node_timex_pps_shift_seconds", "Length of an interval of pulses per second, from adjtimex(2)."),
      ppsStability: gauge(
        "node_timex_pps_stability_hertz",
        "Mean of the latest frequency changes of the pulse per second, from adjtimex(2).",
      ),
      ppsJitters: counter(
        "node_timex_pps_jitter_total",
        "Times that the pulse per second had too much jitter, from adjtimex(2).",
      ),
      ppsCalibrations: counter(
        "node_timex_pps_calibration_total",
        "Intervals in which the pulse per second was calibrated, from adjtimex(2).",
      ),
      ppsErrors: counter(
        "node_timex_pps_error_total",
        "Calibrations of the pulse per second that failed, from adjtimex(2).",
      ),
      ppsInstabilities: counter(
        "node_timex_pps_stability_exceeded_total",
        "Times that the pulse per second was too unstable, from adjtimex(2).",
      ),
      tai: gauge("node_timex_tai_offset_seconds", "International atomic time less UTC, from adjtimex(2)."),
      synchronized: gauge(
        "node_timex_sync_status",
        "Whether the clock is kept in step with a reference (1) or not (0), from adjtimex(2).",
      ),
    },
    collect({ metrics }) {
      const timex = host.adjtimex?.();
      if (timex === undefined) return;
      const phasesPerSecond = phaseUnit(timex);
      metrics.offset.set(timex.offset / phasesPerSecond);
      metrics.frequency.set(1 + timex.freq / FREQUENCY_SCALE);
      metrics.maxerror.set(timex.maxerror / MICROSECONDS_PER_SECOND);
      metrics.esterror.set(timex.esterror / MICROSECONDS_PER_SECOND);
      metrics.status.set(timex.status);
      metrics.constant.set(timex.constant);
      metrics.tick.set(timex.tick / MICROSECONDS_PER_SECOND);
      metrics.ppsFrequency.set(timex.ppsfreq / FREQUENCY_SCALE);
      metrics.ppsJitter.set(timex.jitter / phasesPerSecond);
      metrics.ppsShift.set(timex.shift);
      metrics.ppsStability.set(timex.stabil / FREQUENCY_SCALE);
      metrics.ppsJitters.set(timex.jitcnt);
      metrics.ppsCalibrations.set(timex.calcnt);
      metrics.ppsErrors.set(timex.errcnt);
      metrics.ppsInstabilities.set(timex.stbcnt);
      metrics.tai.set(timex.tai);
      metrics.synchronized.set(timex.state === UNSYNCHRONIZED ? 0 : 1);
    },
  });
}

/** How many of the units in which offset and jitter are given make a second. */
function phaseUnit({ status }: TimexStatus): number {
  return (status & NANOSECONDS) === 0 ? MICROSECONDS_PER_SECOND : NANOSECONDS_PER_SECOND;
}
