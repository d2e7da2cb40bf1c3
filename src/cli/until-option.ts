import { Option } from 'commander';
import type { PinUntil } from '../lib/lifecycle/pin';

export interface UntilOptions {
  until?: PinUntil;
}

/** What ends a pin besides a person. */
export const untilOption = (): Option =>
  new Option(
    '--until <what>',
    'commit: it changes the inputs of the image (default); base: or its base moves',
  ).choices(['commit', 'base'] satisfies PinUntil[]);
