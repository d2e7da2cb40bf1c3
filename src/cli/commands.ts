import type { Command } from 'commander';
import type { Surroundings } from './surroundings';

/** A command of `bakery`, loaded when it is asked for: `validate` must not wait for what the tour brings along. */
export interface CommandEntry {
  name: string;
  /** For the list in `bakery --help`; the command's own help says more. */
  summary: string;
  load(around: Surroundings): Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'validate',
    summary: 'check bakery.yml and the files it names, before it is committed',
    load: async (around) => (await import('./validate-command')).validateCommand(around),
  },
  {
    name: 'plan',
    summary: 'what a push would bake, reuse and wait for, and why; from git alone',
    load: async (around) => (await import('./plan-command')).planCommand(around),
  },
  {
    name: 'status',
    summary: 'every image as it is now: its AMI, and what is decided on it',
    load: async (around) => (await import('./status-command')).statusCommand(around),
  },
  {
    name: 'explain',
    summary: 'everything about one image: why it is baked, waits or is blocked',
    load: async (around) => (await import('./explain-command')).explainCommand(around),
  },
  {
    name: 'diff',
    summary: 'what differs between two bakes: packages, inputs, base, builder, tests',
    load: async (around) => (await import('./diff-command')).diffCommand(around),
  },
  {
    name: 'bake',
    summary: 'ask for a bake of an image, whether it is due or not',
    load: async (around) => (await import('./bake-command')).bakeCommand(around),
  },
  {
    name: 'adopt',
    summary: 'take an AMI that was made elsewhere as what a channel points to',
    load: async (around) => (await import('./adopt-command')).adoptCommand(around),
  },
  {
    name: 'approve',
    summary: 'agree that a bake is published that waits for approval',
    load: async (around) => (await import('./approve-command')).approveCommand(around),
  },
  {
    name: 'reject',
    summary: 'turn down a bake that waits for approval',
    load: async (around) => (await import('./reject-command')).rejectCommand(around),
  },
  {
    name: 'promote',
    summary: 'let a channel follow the one before it, without waiting for the soak',
    load: async (around) => (await import('./promote-command')).promoteCommand(around),
  },
  {
    name: 'rollback',
    summary: 'put a channel back to an earlier bake, and pin it there',
    load: async (around) => (await import('./rollback-command')).rollbackCommand(around),
  },
  {
    name: 'revoke',
    summary: 'deny a bake and everything baked on it, in every account',
    load: async (around) => (await import('./revoke-command')).revokeCommand(around),
  },
  {
    name: 'unrevoke',
    summary: 'take a revocation back',
    load: async (around) => (await import('./unrevoke-command')).unrevokeCommand(around),
  },
  {
    name: 'pin',
    summary: 'keep a channel where it is',
    load: async (around) => (await import('./pin-command')).pinCommand(around),
  },
  {
    name: 'unpin',
    summary: 'end a pin, also that of a rollback',
    load: async (around) => (await import('./unpin-command')).unpinCommand(around),
  },
  {
    name: 'pause',
    summary: 'begin nothing new for the bakery, or for an image and everything built on it',
    load: async (around) => (await import('./pause-command')).pauseCommand(around),
  },
  {
    name: 'resume',
    summary: 'end a pause',
    load: async (around) => (await import('./resume-command')).resumeCommand(around),
  },
  {
    name: 'janitor',
    summary: 'what killed builds left in EC2: shows it, removes it',
    load: async (around) => (await import('./janitor-command')).janitorCommand(around),
  },
  {
    name: 'retire',
    summary: 'old bakes that nothing refers to: shows what would go, takes it out of use stage by stage',
    load: async (around) => (await import('./retire-command')).retireCommand(around),
  },
  {
    name: 'doctor',
    summary: 'what keeps, or will keep, a bakery from working, and how to cure it; changes nothing',
    load: async (around) => (await import('./doctor-command')).doctorCommand(around),
  },
  {
    name: 'tour',
    summary: 'the bakery at work on this machine: three accounts, real git, real builds, no AWS',
    load: async (around) => (await import('./tour-command')).tourCommand(around),
  },
  {
    name: 'up',
    summary: 'run a local bakery in this folder, to push to and to ask',
    load: async (around) => (await import('./up-command')).upCommand(around),
  },
];
