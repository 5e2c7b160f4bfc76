/** The characters that numbers and lines are written with. */
export const LINE_FEED = 10;
export const SPACE = 32;
export const PLUS = 43;
export const MINUS = 45;
export const DOT = 46;
export const ZERO = 48;
export const LETTER_E = 101;
