import type { Weakness } from '../contract';

export const weaknesses: Weakness[] = [];
