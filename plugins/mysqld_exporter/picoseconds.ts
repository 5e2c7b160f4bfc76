/** What turns the performance schema's picoseconds into seconds. */
export const PICO = 1e-12;
