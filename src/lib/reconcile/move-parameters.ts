import { AwsError, type AwsErrorCode } from '../aws/errors';
import type { Channel, ChannelMove, ParameterWrite } from '../lifecycle/channel';
import { maxWrites, nextParameterStep, nextWrite } from '../lifecycle/parameter-step';
import { parameterKey, readParameters } from './read-parameters';
import type { Run } from './run';

/** Tag by which a bakery knows its own parameters again. */
export const ownerTag = 'bakery';

/** Sends the first writes that this run has recorded. They are not read back at once: SSM takes its time. */
export async function sendUnsent(run: Run, channel: Channel, move: ChannelMove): Promise<void> {
  await Promise.all(
    Object.entries(move.parameters)
      .filter(([region, { name }]) => run.unsent.delete(parameterKey(region, name)))
      .map(async ([region, write]) => {
        const refused = await send(run, write, placeOf(region, channel, move));
        run.sent.set(parameterKey(region, write.name), refused);
      }),
  );
}

/**
 * Moves the parameters of all regions on, side by side, one outstanding write each.
 * @param record writes what is about to be sent to the ledger, before it is sent
 */
export async function moveParameters(
  run: Run,
  channel: Channel,
  move: ChannelMove,
  record: (parameters: Record<string, ParameterWrite>) => Promise<void>,
): Promise<Record<string, ParameterWrite>> {
  const regions = Object.keys(move.parameters);
  const parameters = Object.fromEntries(
    Object.entries(move.parameters).map(([region, write]) => [
      region,
      run.sent.get(parameterKey(region, write.name)) ?? write,
    ]),
  );
  await readMissing(run, parameters);
  const again: string[] = [];
  for (const region of regions) {
    const write = parameters[region]!;
    const step = judge(run, region, write);
    switch (step.do) {
      case 'read':
      case 'wait':
        break;
      case 'confirmed':
        parameters[region] = { ...write, state: 'confirmed' };
        break;
      case 'refuse':
        parameters[region] = { ...write, state: 'refused', refusal: step.refusal };
        break;
      case 'write-again':
        parameters[region] = nextWrite(write, run.nowMs);
        // Not judged again in this run: SSM takes its time, and the news of the last failure is still among the messages.
        run.sent.set(parameterKey(region, write.name), parameters[region]);
        again.push(region);
    }
  }
  let recorded = move.parameters;
  if (again.length > 0) {
    recorded = { ...parameters };
    await record(recorded);
    await Promise.all(
      again.map(async (region) => {
        const write = await send(run, parameters[region]!, placeOf(region, channel, move));
        run.sent.set(parameterKey(region, write.name), write);
        parameters[region] = write;
      }),
    );
  }
  if (regions.some((region) => isPutOff(parameters[region]!, recorded[region]!))) {
    await record({ ...parameters });
  }
  return parameters;
}

/** The write was not sent after all, and the ledger still says that it was. */
const isPutOff = (write: ParameterWrite, recorded: ParameterWrite): boolean =>
  write.state === 'pending' && write.attempts < maxWrites && write.deadlineMs < recorded.deadlineMs;

interface Place {
  region: string;
  isNew: boolean;
  move: ChannelMove;
}

const placeOf = (region: string, channel: Channel, move: ChannelMove): Place => ({
  region,
  isNew: channel.parameterNames?.[region] !== move.parameters[region]!.name,
  move,
});

function judge(run: Run, region: string, write: ParameterWrite) {
  const read = run.facts.parameters.get(parameterKey(region, write.name));
  const failed = run.messages.some(
    (message) =>
      message.kind === 'parameter' && message.exception !== undefined && message.name === write.name,
  );
  return nextParameterStep(write, read, failed, run.nowMs);
}

async function readMissing(run: Run, parameters: Record<string, ParameterWrite>): Promise<void> {
  await Promise.all(
    Object.entries(parameters)
      .filter(
        ([region, write]) =>
          !run.sent.has(parameterKey(region, write.name)) && judge(run, region, write).do === 'read',
      )
      .map(([region, { name }]) => readParameters(run, region, [name])),
  );
}

/** A write that gets no answer may have taken: it stays pending, and is read back like any other. */
async function send(
  run: Run,
  write: ParameterWrite,
  { region, isNew, move }: Place,
): Promise<ParameterWrite> {
  const { parameters, settings } = run.deps;
  run.facts.parameters.delete(parameterKey(region, write.name));
  const owner = { ...settings.tags, [ownerTag]: settings.bakery };
  const put = (create: boolean, takeOver = false) =>
    parameters.putAmi(region, {
      name: write.name,
      amiId: write.value,
      create,
      description: `Bake ${move.to.bakeId}, commit ${move.to.commitId}. Kept by bakery ${settings.bakery}.`,
      ...(create || takeOver ? { tags: owner } : {}),
    });
  try {
    const exists = await put(isNew).then(() => false, ifExists);
    if (exists) {
      const keeper = await keeperOf(run, region, write.name);
      const takeOver = keeper === 'nobody' && move.cause.code === 'adopted';
      if (keeper !== 'us' && !takeOver) return foreign(write, keeper);
      await put(false, takeOver);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return afterRefusal(run, write, error);
  }
  return write;
}

const ifExists = (error: unknown): true => {
  if (error instanceof AwsError && error.code === 'PARAMETER_EXISTS') return true;
  throw error;
};

/** SSM asks to slow down, about three writes a second, or another write is going on: nothing was written. */
const notNow: readonly AwsErrorCode[] = ['THROTTLED', 'CONFLICT', 'LIMIT_EXCEEDED'];
/** Whether it was written is not known. */
const uncertain: readonly AwsErrorCode[] = ['UNAVAILABLE', 'UNCLASSIFIED'];

/**
 * What was not written counts as no attempt and is sent again with the next run. What SSM refuses is tried as often as
 * what does not take, because permissions are slow to arrive everywhere, and then given up with what SSM said.
 */
function afterRefusal(run: Run, write: ParameterWrite, error: AwsError): ParameterWrite {
  const { code, message } = error;
  run.deps.log.warn('parameter not written', { parameter: write.name, code, reason: message });
  if (notNow.includes(code)) return { ...write, attempts: write.attempts - 1, deadlineMs: run.nowMs };
  if (uncertain.includes(code) || write.attempts < maxWrites) return write;
  const why = `${write.name} was refused ${write.attempts} times: ${message}`;
  return { ...write, state: 'refused', refusal: { code: 'PARAMETER_REFUSED', why } };
}

/** Whose a parameter is that exists: `nobody` where no bakery has put its tag on it. */
export async function keeperOf(run: Run, region: string, name: string): Promise<string> {
  const tags = await run.deps.parameters.tags(region, name);
  const keeper = tags?.[ownerTag];
  if (tags === undefined || keeper === run.deps.settings.bakery) return 'us';
  return keeper === undefined ? 'nobody' : `the bakery ${keeper}`;
}

const foreign = (write: ParameterWrite, keeper: string): ParameterWrite => ({
  ...write,
  state: 'refused',
  refusal: {
    code: 'PARAMETER_FOREIGN',
    why:
      keeper === 'nobody'
        ? `${write.name} exists and was not made by this bakery. Take it over with \`bakery adopt\`; or delete it, or tag it ${ownerTag}=<this bakery's name>, then ask for a bake.`
        : `${write.name} exists and is kept by ${keeper}. Delete it there, then ask for a bake, or give this bakery another parameter pattern.`,
  },
});
