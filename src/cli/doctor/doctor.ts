import { createColors } from 'picocolors';
import type { Diagnosis } from '../../lib/doctor/diagnosis';
import { readOnlyPolicy } from '../../lib/doctor/read-only-policy';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { answered, type TargetBakery } from '../target/target';
import type { TargetOptions } from '../target/target-options';
import { diagnosisText } from './diagnosis-text';

export interface DoctorOptions extends TargetOptions {
  policy?: true;
  json?: true;
}

/** @throws CliError where there is nothing to look at */
export async function doctor(options: DoctorOptions, around: Surroundings): Promise<number> {
  if (options.policy) {
    around.out(JSON.stringify(readOnlyPolicy(), null, 2));
    return exitCodes.ok;
  }
  const diagnoses = await diagnose(options, around);
  if (options.json) around.out(JSON.stringify({ format: 'ami-bakery/doctor/1', diagnoses }, null, 2));
  else {
    const colors = createColors(around.colors);
    around.out(diagnoses.map((diagnosis) => diagnosisText(diagnosis, colors)).join('\n\n'));
  }
  if (diagnoses.some(({ findings }) => findings.length > 0)) return exitCodes.problems;
  return diagnoses.some(({ unchecked }) => unchecked.length > 0) ? exitCodes.usage : exitCodes.ok;
}

async function diagnose(options: DoctorOptions, around: Surroundings): Promise<Diagnosis[]> {
  if (options.functionPrefix !== undefined && options.stage === undefined)
    throw new CliError(
      'USAGE',
      'The doctor looks at what is written in config/STAGE.yml: a prefix alone says too little.',
      'Say --stage.',
    );
  if (options.stage !== undefined) {
    const { examineStage } = await import('./examine-stage');
    return [await examineStage(options.stage, options, around)];
  }
  const { localTarget } = await import('../target/local-target');
  const { bakeries } = await localTarget(options, around);
  return Promise.all(bakeries.map(ask));
}

async function ask(bakery: TargetBakery): Promise<Diagnosis> {
  const answer = answered(bakery, 'doctor', await bakery.invoke('doctor', {}));
  if (typeof answer === 'object' && answer !== null && 'findings' in answer) return answer as Diagnosis;
  throw new CliError(
    'UNEXPECTED_ANSWER',
    `${bakery.title} did not answer with a diagnosis.`,
    'The local bakery may be of another version: start it again.',
    { cause: answer },
  );
}
