import type { BakeFailure, FailureClass } from './bake';
import type { BuildObservation } from './observation';
import { isOverdue } from './overdue';

const exportedClasses: readonly FailureClass[] = [
  'capacity',
  'throttle',
  'spot',
  'network',
  'script',
  'template',
  'unknown',
];

/** Exported lines are bounded here as well: a template that brings its own buildspec may export anything. */
const maxLines = 20;
const maxLineLength = 300;

/** Why a build that ended without success failed: CodeBuild's own status first, then what the buildspec exported. */
export function buildFailure(build: BuildObservation): BakeFailure {
  const lines = (build.exported['FAILURE_LINES'] ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-maxLines)
    .map((line) => line.slice(0, maxLineLength));
  switch (build.status) {
    case 'FAULT':
      return { class: 'fault', message: `CodeBuild reports a fault of its own (${build.buildId}).`, lines };
    case 'STOPPED':
      // Whoever stopped it after all its time, the janitor or a person, only did what CodeBuild should have done.
      if (isOverdue(build, build.endedAtMs ?? 0))
        return { class: 'timed-out', message: `Build ${build.buildId} did not end and was stopped.`, lines };
      return { class: 'stopped', message: `Somebody stopped build ${build.buildId}.`, lines };
    case 'TIMED_OUT':
      return { class: 'timed-out', message: `Build ${build.buildId} ran out of time.`, lines };
    default: {
      const exported =
        exportedClasses.find((known) => known === build.exported['FAILURE_CLASS']) ?? 'unknown';
      const context =
        lines.at(-1) ?? build.failureContext?.slice(0, maxLineLength) ?? 'the build gave no reason';
      return { class: exported, message: `Build ${build.buildId} failed: ${context}`, lines };
    }
  }
}
