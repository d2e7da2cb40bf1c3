/**
 * A part of the world that was read, or could not be read. What could not be read is unknown, never empty:
 * whatever depends on it waits, and nothing is deleted because of it.
 */
export type Known<T> = { known: true; value: T } | { known: false; why: string };

export const known = <T>(value: T): Known<T> => ({ known: true, value });
export const unknown = (why: string): Known<never> => ({ known: false, why });
