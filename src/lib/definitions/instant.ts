/** Milliseconds since 1970-01-01T00:00:00Z. Time always comes in as an argument; nothing below handlers asks a clock. */
export type InstantMs = number;

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
